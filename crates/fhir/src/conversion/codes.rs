//! Code systems that not every release fills with the same codes. Whoever validates knows the code
//! systems of its release, and takes a code that they lack for an error.
mod published;

use super::document::Kind;
use super::object::Conversion;
use crate::{Release, resource_type};
use published::SYSTEMS;

/// A code system, and what of it only some releases have.
struct CodeSystem {
    /// Its URL in DSTU2, in STU3 and since R4.
    urls: [&'static str; 3],
    codes: Codes,
}

/// What only some releases have.
enum Codes {
    In(&'static [Part]),
    ResourceTypes,
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

/// Which of two releases takes a coding, as it is, for an error that the other does not see.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Nowhere,
    Here,
    There,
}

/// Looks a coding up in what `from` (here) and `to` (there) publish under its URL.
pub(super) fn wrong<'c>(
    url: &str,
    code: impl FnOnce() -> Option<std::borrow::Cow<'c, str>>,
    from: Release,
    to: Release,
) -> Wrong {
    let [here, there] = [from, to].map(CodeSystem::url_position);
    let is_it = |system: &&CodeSystem| {
        (system.urls[there] == url || here != there && system.urls[here] == url)
            && system.differs(from, to)
    };
    let Some(system) = SYSTEMS.iter().find(is_it) else { return Wrong::Nowhere };
    let Some(code) = code() else { return Wrong::Nowhere };
    let is_error = |at: usize, release| system.urls[at] == url && system.lacks(&code, release);
    match (is_error(here, from), is_error(there, to)) {
        (true, false) => Wrong::Here,
        (false, true) => Wrong::There,
        _ => Wrong::Nowhere,
    }
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
    pub(super) fn is_coding_set_aside(&self, parts: &CodingParts) -> bool {
        match self.set_aside.get() {
            SetAside::Nothing => false,
            SetAside::WrongInEither => self.wrong(parts) != Wrong::Nowhere,
            SetAside::WrongThere => {
                let is_wrong = self.wrong(parts) == Wrong::There;
                if is_wrong {
                    // Its element may be there in another form, which the piece would stand beside.
                    self.doubt();
                }
                is_wrong
            }
        }
    }

    /// Which release takes a Coding for an error.
    pub(super) fn wrong(&self, parts: &CodingParts) -> Wrong {
        let Some(url) = parts.system.and_then(|at| self.document.text(at)) else {
            return Wrong::Nowhere;
        };
        let code = || parts.code.and_then(|at| self.document.text(at));
        wrong(&url, code, self.from, self.to)
    }

    /// What a Coding is looked up by.
    pub(super) fn coding_parts(&self, coding: usize) -> CodingParts {
        let mut parts = CodingParts { system: None, code: None, is_plain: false };
        let mut others = false;
        for member in self.document.children(coding) {
            match self.document.key_bytes(member) {
                b"system" => parts.system = Some(member),
                b"code" => parts.code = Some(member),
                b"display" | b"version" => {}
                _ => others = true,
            }
        }
        let has_members = self.document.after(coding) > coding + 1;
        parts.is_plain = has_members && !others && self.document.kind(coding) == Kind::Object;
        parts
    }
}

/// The parts of a Coding that name its meaning.
#[derive(Copy, Clone, Debug)]
pub(super) struct CodingParts {
    pub(super) system: Option<usize>,
    pub(super) code: Option<usize>,
    /// Whether it has only members that are the same in all releases.
    pub(super) is_plain: bool,
}

impl CodeSystem {
    const fn url_position(release: Release) -> usize {
        match release {
            Release::Dstu2 => 0,
            Release::Stu3 => 1,
            _ => 2,
        }
    }

    /// Whether one of two releases has a URL or codes that the other has not.
    fn differs(&self, from: Release, to: Release) -> bool {
        let [here, there] = [from, to].map(Self::url_position);
        self.urls[here] != self.urls[there] || self.codes.differ(from, to)
    }

    fn lacks(&self, code: &str, release: Release) -> bool {
        match self.codes {
            Codes::In(parts) => {
                let has = |is_of: bool| {
                    let mut parts = parts.iter().filter(|part| part.is_of(release) == is_of);
                    parts.any(|part| part.2.contains(&code))
                };
                has(false) && !has(true)
            }
            Codes::ResourceTypes => {
                let releases = looked_up(release);
                let has = |release: &Release| resource_type::is_of(code, *release);
                !releases.is_empty() && !releases.iter().any(has) && resource_type::is_known(code)
            }
        }
    }
}

impl Codes {
    fn differ(&self, from: Release, to: Release) -> bool {
        match self {
            Self::In(parts) => parts.iter().any(|part| part.is_of(from) != part.is_of(to)),
            Self::ResourceTypes => looked_up(from) != looked_up(to),
        }
    }
}

/// The releases whose resource types a release takes for known: R4 and R4B are not told apart, and
/// since R5 nobody looks them up.
fn looked_up(release: Release) -> &'static [Release] {
    match release {
        Release::Dstu2 => &[Release::Dstu2],
        Release::Stu3 => &[Release::Stu3],
        Release::R4 | Release::R4b => &[Release::R4, Release::R4b],
        Release::R5Draft | Release::R5 | Release::R6 => &[],
    }
}
