use super::Texts;

pub(super) static TEXTS: Texts =
    Texts { skip: "Zum Inhalt", timeline: "Zeitleiste", not_stated: "nicht angegeben" };
