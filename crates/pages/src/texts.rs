//! What is ours to say, in each language: one file per language, and none of them may lack a text.
mod de;
mod en;

/// A language that pages are written in.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// Every one of them.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The one of this tag, with or without a region.
    pub fn of(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// What is said in it.
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::En => &en::TEXTS,
            Self::De => &de::TEXTS,
        }
    }
}

/// Every text of the pages. A language that lacks one does not compile.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Texts {
    pub skip: &'static str,
    pub timeline: &'static str,
    pub not_stated: &'static str,
}
