import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.model.dstu2.composite.CodingDt;
import ca.uhn.fhir.model.dstu2.composite.IdentifierDt;
import ca.uhn.fhir.model.dstu2.composite.ResourceReferenceDt;
import ca.uhn.fhir.model.dstu2.resource.AuditEvent;
import ca.uhn.fhir.model.dstu2.resource.Bundle;
import ca.uhn.fhir.model.dstu2.valueset.AuditEventActionEnum;
import ca.uhn.fhir.model.dstu2.valueset.AuditEventOutcomeEnum;
import ca.uhn.fhir.model.dstu2.valueset.AuditEventParticipantNetworkTypeEnum;
import ca.uhn.fhir.rest.gclient.ReferenceClientParam;
import java.util.List;

/** DSTU2, with HAPI's own classes. */
class WardDstu2 extends Ward<AuditEvent> {
  private static final String DICOM_DSTU2 = "http://nema.org/dicom/dicm";
  private static final String OBJECT_TYPE = "http://hl7.org/fhir/object-type";

  WardDstu2() {
    super("dstu2", FhirContext.forDstu2(), AuditEvent.class, Bundle.class);
  }

  @Override
  AuditEvent event(String patient) {
    var event = new AuditEvent();
    event.getEvent().setType(new CodingDt(DICOM_DSTU2, "110110"));
    event.getEvent().addSubtype(new CodingDt(REST, "read")).setAction(AuditEventActionEnum.CREATE);
    event.getEvent().setDateTimeWithMillisPrecision(RECORDED);
    event.getEvent().setOutcome(AuditEventOutcomeEnum.SUCCESS);
    var participant = event.addParticipant().setUserId(new IdentifierDt(USERS, USER));
    participant.setReference(new ResourceReferenceDt(AGENT)).setAltId(ALTID).setName(AGENT_NAME);
    participant.setRequestor(true).addPolicy(POLICY).getNetwork().setAddress(ADDRESS);
    participant.getNetwork().setType(AuditEventParticipantNetworkTypeEnum.MACHINE_NAME);
    event.getSource().setSite(SITE).setIdentifier(new IdentifierDt(USERS, DEVICE));
    event.addObject().setReference(new ResourceReferenceDt(patient));
    var document = event.addObject().setReference(new ResourceReferenceDt(DOCUMENT));
    document.setIdentifier(new IdentifierDt(USERS, "doc-1")).setName(DOCUMENT_NAME);
    document.setType(new CodingDt(OBJECT_TYPE, "2"));
    return event;
  }

  @Override
  Facts facts(AuditEvent event) {
    var participant = event.getParticipantFirstRep();
    return new Facts(
        event.getEvent().getDateTime(),
        event.getEvent().getAction(),
        event.getObject().get(0).getReference().getReference().getValue(),
        participant.getUserId().getValue(),
        participant.getNetwork().getAddress());
  }

  @Override
  List<Search> searches(String patient) {
    return List.of(
        token(AuditEvent.ACTION, "C"),
        token(AuditEvent.ADDRESS, ADDRESS),
        token(AuditEvent.ALTID, ALTID),
        date(AuditEvent.DATE),
        string(AuditEvent.DESC, DOCUMENT_NAME),
        token(AuditEvent.IDENTITY, USERS, "doc-1"),
        string(AuditEvent.NAME, AGENT_NAME),
        token(AuditEvent.OBJECT_TYPE, OBJECT_TYPE, "2"),
        reference(AuditEvent.PARTICIPANT, AGENT),
        reference(AuditEvent.PATIENT, patient),
        uri(AuditEvent.POLICY, POLICY),
        reference(AuditEvent.REFERENCE, DOCUMENT),
        token(AuditEvent.SITE, SITE),
        token(AuditEvent.SOURCE, USERS, DEVICE),
        token(AuditEvent.SUBTYPE, REST, "read"),
        token(AuditEvent.TYPE, DICOM_DSTU2, "110110"),
        token(AuditEvent.USER, USERS, USER));
  }

  @Override
  ReferenceClientParam patient() {
    return AuditEvent.PATIENT;
  }
}
