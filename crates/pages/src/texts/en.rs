use super::Texts;

pub(super) static TEXTS: Texts =
    Texts { skip: "Skip to content", timeline: "Timeline", not_stated: "not stated" };
