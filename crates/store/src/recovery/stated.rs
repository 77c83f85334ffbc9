//! What a log states where it goes on from an older copy of itself.
use crate::{
    OpenError, RecordKind, Statement,
    frame::Codec,
    group::Group,
    read::Frame,
    scan::{Groups, ScanError},
    segment::Segment,
    wire::Malformed,
};

/// The name of the log that was lost, where the first group of the segment states it. A group that
/// cannot be read states nothing: whether it is damaged is found elsewhere.
pub(super) fn adopted(segment: &Segment, codec: &Codec) -> Result<Option<String>, OpenError> {
    match first_adoption(segment, codec) {
        Ok(adopted) => Ok(adopted),
        Err(ScanError::Invalid(_)) => Ok(None),
        Err(ScanError::Io(error)) => Err(OpenError::Io(error)),
    }
}

fn first_adoption(segment: &Segment, codec: &Codec) -> Result<Option<String>, ScanError> {
    let mut groups = Groups::new(segment)?;
    if groups.next_header()?.is_none() {
        return Ok(None);
    }
    let (_, group) = groups.open()?;
    Ok(statements(&group, codec)?.into_iter().find_map(|statement| match statement {
        Statement::AdoptRestore { origin, .. } => Some(origin),
        _ => None,
    }))
}

fn statements(group: &Group<'_>, codec: &Codec) -> Result<Vec<Statement>, Malformed> {
    let mut statements = Vec::new();
    for frame in group.frames()? {
        let opened = Frame::open(&frame.header, frame.stored(), codec)?;
        let (heads, bodies) = opened.records();
        let stated = heads.iter().filter(|head| head.envelope.kind == RecordKind::Statement);
        let read = |body: std::ops::Range<usize>| Statement::from_json(bodies.get(body)?);
        statements.extend(stated.filter_map(|head| read(head.body.clone())));
    }
    Ok(statements)
}
