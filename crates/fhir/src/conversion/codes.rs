//! Code systems that not every release fills with the same codes. Whoever validates knows the code
//! systems of its release, and takes a code that they lack for an error.
mod published;

use super::object::Conversion;
use crate::Release;
use published::SYSTEMS;

/// A code system, and what of it only some releases have.
struct CodeSystem {
    /// Its URL in DSTU2, in STU3 and since R4.
    urls: [&'static str; 3],
    parts: &'static [Part],
}

/// Codes of some releases: the first, the last.
struct Part(Release, Release, &'static [&'static str]);

/// Codings that stay as they are, and so are set aside where either release would take them for an
/// error that the other does not see.
#[derive(Copy, Clone, Default)]
pub(super) enum SetAside {
    #[default]
    WrongInEither,
    /// Of what is carried: nothing looks at it on the way back.
    WrongThere,
    /// Of what was carried: it was good when it left.
    Nothing,
}

/// Whether a coding, as it is, would be an error in `to` and is none in `from`.
pub(super) fn is_wrong_there<'c>(
    url: &str,
    code: impl FnOnce() -> Option<std::borrow::Cow<'c, str>>,
    from: Release,
    to: Release,
) -> bool {
    let Some(system) = SYSTEMS.iter().find(|system| system.url(to) == url) else { return false };
    let Some(code) = code() else { return false };
    let is_error = |release| system.url(release) == url && system.lacks(&code, release);
    is_error(to) && !is_error(from)
}

/// Whether the code system, under any of its URLs, has this code in other releases only.
pub(super) fn lacks(url: &str, code: &str, release: Release) -> bool {
    let mut systems = SYSTEMS.iter().filter(|system| system.urls.contains(&url));
    systems.any(|system| system.lacks(code, release))
}

impl Part {
    fn is_of(&self, release: Release) -> bool {
        (self.0.number()..=self.1.number()).contains(&release.number())
    }
}

impl Conversion<'_> {
    /// Whether a Coding cannot stay as it is.
    pub(super) fn is_coding_set_aside(&self, coding: usize) -> bool {
        let Some(url) = self.document.member_text(coding, "system") else { return false };
        let is_wrong =
            |from, to| is_wrong_there(&url, || self.document.member_text(coding, "code"), from, to);
        match self.set_aside.get() {
            SetAside::WrongInEither => is_wrong(self.from, self.to) || is_wrong(self.to, self.from),
            SetAside::WrongThere => {
                let is_wrong = is_wrong(self.from, self.to);
                if is_wrong {
                    // Its element may be there in another form, which the piece would stand beside.
                    self.doubt();
                }
                is_wrong
            }
            SetAside::Nothing => false,
        }
    }
}

impl CodeSystem {
    fn url(&self, release: Release) -> &'static str {
        match release {
            Release::Dstu2 => self.urls[0],
            Release::Stu3 => self.urls[1],
            _ => self.urls[2],
        }
    }

    fn lacks(&self, code: &str, release: Release) -> bool {
        let has = |is_of: bool| {
            let mut parts = self.parts.iter().filter(|part| part.is_of(release) == is_of);
            parts.any(|part| part.2.contains(&code))
        };
        has(false) && !has(true)
    }
}
