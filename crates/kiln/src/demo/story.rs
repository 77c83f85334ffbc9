//! What stands out, each part of it in its time before the end:
//!
//! - Mara Lindqvist, who works at the hospital, is treated in Oncology. Kevin Brandt, a nurse of
//!   another ward, reads her record in five nights, with no purpose stated; once he is refused.
//! - Dr. Sarah Chen breaks the glass for Jonas Weber, who is brought in unconscious. It was looked
//!   at and found right.
//! - Dr. Tobias Reuter breaks the glass for Hanna Voss on an evening when she is not there. Nobody
//!   has looked at it.
//! - Dr. Amara Okafor exports to the cancer registry. Ivo Kessler tries to export all patients, and
//!   is refused three times.
//!
//! Beside it, in `ordinary`: the Laboratory System is silent, the Image Archive's clock runs ahead,
//! the West Clinic's line was down; in `refused`: what the Pharmacy Board sends since its update.
use super::{
    Batch, DAY_MS, HOUR_MS, MINUTE_MS, Plan, Review, SECOND_MS,
    chance::Chance,
    event::{Ending, Event, Purpose, Thing, Verb, Who},
    people::{
        BRANDT, CHEN, HOLM, Hospital, KESSLER, KOVAC, LINDQVIST, OKAFOR, PatientId, REUTER, Role,
        StaffId, VOSS, WEBER,
    },
    places::{
        Application, CHART, COURT, EMERGENCY, EXCHANGE, MY_HEALTH, PORTAL, PUBLIC_HEALTH,
        REFERRALS, REGISTRY, REPORTS, SIGN_IN,
    },
};

/// Those who are looked at.
pub(super) fn batches(hospital: &Hospital, plan: &Plan, chance: &mut Chance) -> Vec<Batch> {
    let mut story = Story { hospital, plan, chance, batches: Vec::new() };
    story.treatment();
    story.nights();
    story.rightly_broken();
    story.wrongly_broken();
    story.other_emergencies();
    story.exports();
    story.disclosures();
    story.batches
}

struct Story<'a> {
    hospital: &'a Hospital,
    plan: &'a Plan,
    chance: &'a mut Chance,
    batches: Vec<Batch>,
}

/// So many minutes after midnight.
const fn clock(hour: i64, minute: i64) -> i64 {
    hour * HOUR_MS + minute * MINUTE_MS
}

impl Story<'_> {
    /// At a time of day, so many days before the last.
    fn at(&self, days: i64, time_ms: i64) -> i64 {
        let midnight = self.plan.now_ms.div_euclid(DAY_MS) * DAY_MS;
        midnight - days * DAY_MS + time_ms
    }

    fn by(&mut self, who: StaffId, at_ms: i64) -> Event {
        Event::by(self.hospital, who, at_ms, self.chance)
    }

    /// One person does some things to one record, some seconds apart.
    fn sitting(
        &mut self,
        who: StaffId,
        patient: PatientId,
        at_ms: i64,
        steps: &[(Verb, &'static str)],
    ) -> Vec<Event> {
        let mut at_ms = at_ms;
        let mut events = Vec::with_capacity(steps.len());
        for (verb, resource) in steps {
            events.push(self.by(who, at_ms).does(*verb, resource, patient));
            at_ms += self.chance.between(3, 11) * SECOND_MS + self.chance.below(1000) as i64;
        }
        events
    }

    fn arrives(&mut self, events: Vec<Event>) -> &mut Batch {
        let at = self.batches.len();
        let batch = Batch::of(events, self.chance);
        self.batches.push(batch);
        &mut self.batches[at]
    }

    /// Mara Lindqvist is treated for twelve days, and looks at her record at home.
    fn treatment(&mut self) {
        use Verb::{Create, Read, Search, Update};
        for days in 1..13 {
            let round = self.at(days, clock(8, 5 + 3 * (days % 5)));
            let steps = [
                (Read, "Patient"),
                (Search, "Observation"),
                (Read, "CarePlan"),
                (Update, "CarePlan"),
            ];
            let events = self.sitting(OKAFOR, LINDQVIST, round, &steps);
            self.arrives(events);
            let dose = self.at(days, clock(14, 20 + days));
            let steps = [(Read, "MedicationRequest"), (Create, "MedicationAdministration")];
            let events = self.sitting(KOVAC, LINDQVIST, dose, &steps);
            self.arrives(events);
        }
        let at_home = self.at(1, clock(9, 12));
        let steps = [(Read, "Patient"), (Search, "AuditEvent")];
        let mut events = self.sitting(KOVAC, LINDQVIST, at_home, &steps);
        for event in &mut events {
            (event.who, event.source) = (Who::Patient(LINDQVIST), &PORTAL);
            (event.address, event.purpose) = ([203, 0, 113, 77], Some(Purpose::PatientRequest));
            event.application = &MY_HEALTH;
        }
        self.arrives(events);
    }

    /// Kevin Brandt works by day, and looks at night.
    fn nights(&mut self) {
        use Verb::{Read, Search};
        for (nth, days) in [11, 9, 6, 4, 1].into_iter().enumerate() {
            let signs_in = self.at(days, clock(1, 52));
            let login = self.by(BRANDT, signs_in).told_by(&SIGN_IN).for_purpose(None);
            self.arrives(vec![Event { verb: Verb::Login, ..login }]);
            let steps: &[_] = match nth {
                0 => &[(Read, "Patient"), (Search, "Encounter"), (Read, "Condition")],
                1 | 3 => &[(Search, "Observation"), (Read, "DiagnosticReport")],
                _ => &[(Read, "Condition"), (Search, "DocumentReference"), (Read, "CarePlan")],
            };
            let at_night = self.at(days, clock(2, 7 + 4 * nth as i64));
            let mut events = self.sitting(BRANDT, LINDQVIST, at_night, steps);
            if nth == 2 {
                let refused = self.at(days, clock(2, 19));
                let event = self.by(BRANDT, refused).does(Read, "DocumentReference", LINDQVIST);
                let says = "refused: the note is restricted to the treating team";
                events.push(event.ends(Ending::Serious(says)));
            }
            for event in &mut events {
                event.purpose = None;
            }
            self.arrives(events);
        }
        for days in 1..DAYS_AT_WORK {
            self.day_shift(days);
        }
    }

    /// With patients of his own ward.
    fn day_shift(&mut self, days: i64) {
        use Verb::{Create, Read, Search};
        let unit = self.hospital.staff(BRANDT).unit;
        for hour in [7, 9, 11, 13] {
            let patient = self.hospital.some_patient(unit, self.chance);
            let minute = self.chance.between(0, 55);
            let at_ms = self.at(days, clock(hour, minute));
            let steps = [(Read, "Patient"), (Search, "CarePlan"), (Create, "Observation")];
            let events = self.sitting(BRANDT, patient, at_ms, &steps);
            self.arrives(events);
        }
    }

    /// An override, and what is read after it.
    fn broken(
        &mut self,
        who: StaffId,
        patient: PatientId,
        at_ms: i64,
        (reason, read): (&'static str, &[&'static str]),
    ) -> Vec<Event> {
        let mut steps = vec![(Verb::Override, "Patient")];
        steps.extend(read.iter().map(|resource| (Verb::Read, *resource)));
        let mut events = self.sitting(who, patient, at_ms, &steps);
        for event in &mut events {
            event.purpose = Some(Purpose::BreakTheGlass);
            event.reason = Some(reason);
        }
        events
    }

    /// Dr. Chen and Jonas Weber.
    fn rightly_broken(&mut self) {
        use Verb::{Create, Read, Update};
        let at_ms = self.at(8, clock(3, 12));
        let reason = "unconscious, brought by ambulance after an accident";
        let read = ["Patient", "AllergyIntolerance", "MedicationStatement", "Condition"];
        let events = self.broken(CHEN, WEBER, at_ms, (reason, &read));
        let review = Review {
            by: "Privacy Office",
            at_ms: self.at(7, clock(10, 30)),
            note: "Right: the ambulance record of 03:05 and the admission of 03:19 match.",
        };
        self.arrives(events).review = Some(review);
        let admitted = self.at(8, clock(3, 19));
        let steps = [(Create, "Encounter"), (Create, "Observation"), (Create, "Procedure")];
        let events = self.sitting(HOLM, WEBER, admitted, &steps);
        self.arrives(events);
        for days in 4..8 {
            let carer = self.hospital.patient(WEBER).unit;
            let fits = |it: &super::people::Staff| std::ptr::eq(it.unit, carer);
            let who = self.hospital.some_where(self.chance, fits);
            let at_ms = self.at(days, clock(9, 40));
            let steps = [(Read, "Patient"), (Read, "Observation"), (Update, "CarePlan")];
            let events = self.sitting(who, WEBER, at_ms, &steps);
            self.arrives(events);
        }
    }

    /// Dr. Reuter and Hanna Voss, from outside of the hospital.
    fn wrongly_broken(&mut self) {
        let at_ms = self.at(5, clock(22, 47));
        let read = ["Patient", "Encounter", "Condition", "DocumentReference", "MedicationRequest"];
        let mut events = self.broken(REUTER, VOSS, at_ms, ("emergency", &read));
        for event in &mut events {
            event.address = [172, 16, 8, 40];
        }
        self.arrives(events);
        // She was there once, for something else.
        let at_ms = self.at(24, clock(11, 5));
        let who = self.hospital.some(Role::Physician, self.chance);
        let events = self.sitting(who, VOSS, at_ms, &[(Verb::Read, "Patient")]);
        self.arrives(events);
    }

    /// What an emergency department has in a month.
    fn other_emergencies(&mut self) {
        let right = "Right: the patient was admitted within the hour.";
        for (days, hour, is_reviewed) in
            [(26, 23, true), (19, 4, true), (14, 17, true), (2, 1, false)]
        {
            let at_ms = self.at(days, clock(hour, 33));
            let fits = |it: &super::people::Staff| {
                it.role == Role::Physician && std::ptr::eq(it.unit, &raw const EMERGENCY)
            };
            let who = self.hospital.some_where(self.chance, fits);
            let patient = self.hospital.some_patient(&EMERGENCY, self.chance);
            let reason = "cannot be asked, needs treatment at once";
            let read = ["Patient", "AllergyIntolerance"];
            let events = self.broken(who, patient, at_ms, (reason, &read));
            let reviewed = at_ms + 31 * HOUR_MS;
            self.arrives(events).review = is_reviewed.then_some(Review {
                by: "Privacy Office",
                at_ms: reviewed,
                note: right,
            });
            let steps = [(Verb::Create, "Encounter"), (Verb::Create, "Observation")];
            let events = self.sitting(HOLM, patient, at_ms + 9 * MINUTE_MS, &steps);
            self.arrives(events);
        }
    }

    fn exports(&mut self) {
        let at_ms = self.at(13, clock(10, 2));
        let done = self.export(OKAFOR, at_ms, "Group", &REPORTS);
        let purpose = Some(Purpose::PublicHealth);
        self.arrives(vec![Event { recipient: Some(&REGISTRY), purpose, ..done }]);
        let tries = [(52, &REPORTS), (54, &REPORTS), (59, &CHART)];
        for (minute, application) in tries {
            let at_ms = self.at(2, clock(18, minute));
            let event = self.export(KESSLER, at_ms, "Patient", application);
            let says = "refused: exports need the role of a data steward";
            self.arrives(vec![event.ends(Ending::Serious(says)).for_purpose(None)]);
        }
    }

    /// Of many patients.
    fn export(
        &mut self,
        who: StaffId,
        at_ms: i64,
        resource: &'static str,
        application: &'static Application,
    ) -> Event {
        let event = self.by(who, at_ms).through(application).told_by(&EXCHANGE);
        // All patients are no one patient.
        let thing = (resource != "Patient").then_some(Thing { resource, number: 2026 });
        Event { verb: Verb::Export, thing, ..event }
    }

    /// What was told of Mara Lindqvist to others.
    fn disclosures(&mut self) {
        let told = [
            (20, &PUBLIC_HEALTH, Purpose::PublicHealth),
            (10, &REGISTRY, Purpose::PublicHealth),
            (3, &COURT, Purpose::LegalRequest),
        ];
        for (days, recipient, purpose) in told {
            let at_ms = self.at(days, clock(15, 41));
            let event = self.by(OKAFOR, at_ms).does(Verb::Export, "Communication", LINDQVIST);
            let event = event.through(&REFERRALS).told_by(&EXCHANGE).for_purpose(Some(purpose));
            self.arrives(vec![Event { recipient: Some(recipient), ..event }]);
        }
    }
}

/// For how many of the last days Kevin Brandt was at work.
const DAYS_AT_WORK: i64 = 22;
