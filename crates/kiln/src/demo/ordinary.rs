//! What happens every day.
use super::{
    Batch, DAY_MS, DAYS, HOUR_MS, MINUTE_MS, Plan, SECOND_MS,
    chance::Chance,
    event::{Ending, Event, Purpose, Verb, Who},
    people::{Hospital, PatientId, Role, StaffId},
    places::{
        BENCH, DESK, DISPENSE, EXCHANGE, IMAGES, LABORATORY, MY_HEALTH, PORTAL, PUBLIC_HEALTH,
        REFERRALS, REGISTRY, SIGN_IN, VIEWER, WEST_RECORDS,
    },
};

/// Since when the Image Archive's clock runs ahead, counted from the end, and how far.
pub(super) const CLOCK_SINCE_MS: i64 = 9 * DAY_MS;
pub(super) const CLOCK_AHEAD_MS: i64 = 7 * MINUTE_MS;
/// For how long nothing has come of the Laboratory System.
pub(super) const SILENT_MS: i64 = 3 * DAY_MS;
/// When the West Clinic's line was down, counted from the end, and for how long.
pub(super) const LINE_DOWN_MS: i64 = 12 * DAY_MS;
pub(super) const LINE_DOWN_FOR_MS: i64 = 5 * HOUR_MS;
/// The last of a sitting is so long before the end, at the least.
const SITTING_MS_MAX: i64 = 2 * MINUTE_MS;

/// So many events.
pub(super) fn batches(
    hospital: &Hospital,
    plan: &Plan,
    count: u64,
    chance: &mut Chance,
) -> Vec<Batch> {
    let (mut left, mut batches) = (count as usize, Vec::new());
    while left > 0 {
        let at_ms = moment(plan, chance);
        let mut events = sitting(hospital, at_ms, plan, chance);
        events.truncate(left);
        left -= events.len();
        for event in &mut events {
            event.clock_ahead_ms = clock_ahead(event, plan);
        }
        batches.push(delayed(Batch::of(events, chance), plan));
    }
    batches
}

/// A moment when people work: most by day and in the week.
fn moment(plan: &Plan, chance: &mut Chance) -> i64 {
    let span = (DAYS * DAY_MS - SITTING_MS_MAX) as f64;
    loop {
        let at_ms = plan.now_ms - SITTING_MS_MAX - (chance.unit() * span) as i64;
        if chance.below(100) < busy(at_ms) {
            return at_ms;
        }
    }
}

/// How busy it is, of 100.
fn busy(at_ms: i64) -> u64 {
    let by_day = match at_ms.rem_euclid(DAY_MS) / HOUR_MS {
        0..=5 => 9,
        6 | 20..=23 => 24,
        7 | 17..=19 => 55,
        12 | 13 => 70,
        _ => 100,
    };
    // 1970 began on a Thursday.
    let is_weekend = matches!((at_ms.div_euclid(DAY_MS) + 4) % 7, 0 | 6);
    if is_weekend { by_day * 45 / 100 } else { by_day }
}

/// What somebody does without getting up.
fn sitting(hospital: &Hospital, at_ms: i64, plan: &Plan, chance: &mut Chance) -> Vec<Event> {
    let is_silent = at_ms > plan.now_ms - SILENT_MS;
    match chance.below(1000) {
        0..=79 => dispensing(hospital, at_ms, chance),
        80..=179 if !is_silent => results(hospital, at_ms, chance),
        180..=239 => images(hospital, at_ms, chance),
        240..=309 => admission(hospital, at_ms, chance),
        310..=349 => portal(hospital, at_ms, chance),
        350..=449 => signing(hospital, at_ms, chance),
        450..=454 => disclosure(hospital, at_ms, chance),
        455..=464 => referral(hospital, at_ms, chance),
        _ => chart(hospital, at_ms, chance),
    }
}

/// One thing after the other, some seconds apart.
struct Steps<'a> {
    hospital: &'a Hospital,
    who: StaffId,
    patient: PatientId,
    at_ms: i64,
    events: Vec<Event>,
}

impl<'a> Steps<'a> {
    fn of(hospital: &'a Hospital, who: StaffId, at_ms: i64, chance: &mut Chance) -> Self {
        let patient = hospital.some_patient(hospital.staff(who).unit, chance);
        Self { hospital, who, patient, at_ms, events: Vec::new() }
    }

    fn does(&mut self, verb: Verb, resource: &'static str, chance: &mut Chance) -> &mut Event {
        let event = Event::by(self.hospital, self.who, self.at_ms, chance);
        let event = event.does(verb, resource, self.patient).ends(ending(chance));
        self.at_ms += chance.between(2, 8) * SECOND_MS + chance.below(1000) as i64;
        let at = self.events.len();
        self.events.push(event);
        &mut self.events[at]
    }

    fn through(mut self, application: &'static super::places::Application) -> Vec<Event> {
        for event in &mut self.events {
            event.application = application;
        }
        self.events
    }
}

/// Few things go wrong.
fn ending(chance: &mut Chance) -> Ending {
    match chance.below(10_000) {
        0..=5 => Ending::Serious("refused: no treatment relationship"),
        6..=8 => Ending::Minor("the record is being merged: try again later"),
        9 => Ending::Serious("the data source did not answer"),
        _ => Ending::Success,
    }
}

const CHARTED: [&str; 12] = [
    "Observation",
    "Observation",
    "Observation",
    "Condition",
    "Condition",
    "MedicationRequest",
    "MedicationRequest",
    "AllergyIntolerance",
    "DocumentReference",
    "DiagnosticReport",
    "CarePlan",
    "Procedure",
];

/// A physician or a nurse opens a chart, looks here and there, and mostly writes something.
fn chart(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let role = if chance.of_1000(450) { Role::Physician } else { Role::Nurse };
    let who = hospital.some(role, chance);
    let mut steps = Steps::of(hospital, who, at_ms, chance);
    steps.does(Verb::Read, "Patient", chance);
    steps.does(Verb::Search, "Encounter", chance);
    for _ in 0..=chance.below(5) {
        let resource = *chance.one(&CHARTED);
        let verb = if chance.of_1000(350) { Verb::Search } else { Verb::Read };
        steps.does(verb, resource, chance);
    }
    if chance.of_1000(550) {
        let verb = if chance.of_1000(600) { Verb::Create } else { Verb::Update };
        let resource = *chance.one(&["Observation", "MedicationRequest", "CarePlan"]);
        steps.does(verb, resource, chance);
    }
    steps.events
}

fn dispensing(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let who = hospital.some(Role::Pharmacist, chance);
    let mut steps = Steps::of(hospital, who, at_ms, chance);
    steps.does(Verb::Search, "MedicationRequest", chance);
    steps.does(Verb::Read, "AllergyIntolerance", chance);
    steps.does(Verb::Create, "MedicationDispense", chance);
    steps.through(&DISPENSE)
}

fn results(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let who = hospital.some(Role::Technician, chance);
    let mut steps = Steps::of(hospital, who, at_ms, chance);
    steps.does(Verb::Read, "ServiceRequest", chance);
    for _ in 0..=chance.below(4) {
        steps.does(Verb::Create, "Observation", chance);
    }
    steps.does(Verb::Create, "DiagnosticReport", chance);
    let mut events = steps.through(&BENCH);
    for event in &mut events {
        event.source = &LABORATORY;
    }
    events
}

fn images(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let who = hospital.some(Role::Radiographer, chance);
    let mut steps = Steps::of(hospital, who, at_ms, chance);
    for _ in 0..2 + chance.below(2) {
        steps.does(Verb::View, "ImagingStudy", chance);
    }
    steps.through(&VIEWER)
}

fn admission(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let who = hospital.some(Role::Clerk, chance);
    let mut steps = Steps::of(hospital, who, at_ms, chance);
    steps.does(Verb::Search, "Patient", chance);
    steps.does(Verb::Update, "Patient", chance);
    steps.does(Verb::Read, "Coverage", chance).purpose = Some(Purpose::Payment);
    steps.does(Verb::Create, "Encounter", chance);
    for event in &mut steps.events {
        event.purpose = event.purpose.filter(|it| *it == Purpose::Payment);
        event.purpose = event.purpose.or(Some(Purpose::Operations));
    }
    steps.through(&DESK)
}

/// A patient looks at their own record at home.
fn portal(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let clerk = hospital.some(Role::Clerk, chance);
    let mut steps = Steps::of(hospital, clerk, at_ms, chance);
    steps.does(Verb::Read, "Patient", chance);
    steps.does(Verb::Search, "DiagnosticReport", chance);
    let (patient, home) = (steps.patient, 1 + chance.below(250) as u8);
    let mut events = steps.through(&MY_HEALTH);
    for event in &mut events {
        (event.who, event.source) = (Who::Patient(patient), &PORTAL);
        (event.address, event.purpose) = ([203, 0, 113, home], Some(Purpose::PatientRequest));
    }
    events
}

fn signing(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let who = hospital.some_where(chance, |_anybody| true);
    let mut event = Event::by(hospital, who, at_ms, chance).told_by(&SIGN_IN);
    event.purpose = None;
    event.verb = if chance.of_1000(600) { Verb::Login } else { Verb::Logout };
    if event.verb == Verb::Login && chance.of_1000(25) {
        event.ending = Ending::Minor("wrong password");
    }
    vec![event]
}

/// What the law has somebody told.
fn disclosure(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let who = hospital.some(Role::Physician, chance);
    let mut steps = Steps::of(hospital, who, at_ms, chance);
    let recipient = if chance.of_1000(400) { &REGISTRY } else { &PUBLIC_HEALTH };
    let event = steps.does(Verb::Export, "Communication", chance);
    (event.recipient, event.purpose) = (Some(recipient), Some(Purpose::PublicHealth));
    event.source = &EXCHANGE;
    steps.through(&REFERRALS)
}

/// A practice outside reads what it needs of its patient.
fn referral(hospital: &Hospital, at_ms: i64, chance: &mut Chance) -> Vec<Event> {
    let mut steps = Steps::of(hospital, super::people::MOREAU, at_ms, chance);
    steps.does(Verb::Read, "Patient", chance);
    steps.does(Verb::Read, "DocumentReference", chance);
    steps.through(&REFERRALS)
}

fn clock_ahead(event: &Event, plan: &Plan) -> i64 {
    let is_images = std::ptr::eq(event.source, &raw const IMAGES);
    let is_wrong = is_images && event.happened_ms > plan.now_ms - CLOCK_SINCE_MS;
    if is_wrong { CLOCK_AHEAD_MS } else { 0 }
}

/// What was sent while the line was down comes when it is up again.
fn delayed(mut batch: Batch, plan: &Plan) -> Batch {
    let down = plan.now_ms - LINE_DOWN_MS;
    let up = down + LINE_DOWN_FOR_MS;
    let is_west = |event: &Event| std::ptr::eq(event.source, &raw const WEST_RECORDS);
    let is_held = (down..up).contains(&batch.received_ms);
    if is_held && batch.events.first().is_some_and(is_west) {
        // In their order, within minutes.
        batch.received_ms = up + (batch.received_ms - down) / 60;
    }
    batch
}
