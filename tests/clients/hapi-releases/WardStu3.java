import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.gclient.ReferenceClientParam;
import java.util.List;
import org.hl7.fhir.dstu3.model.AuditEvent;
import org.hl7.fhir.dstu3.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.dstu3.model.AuditEvent.AuditEventAgentNetworkType;
import org.hl7.fhir.dstu3.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.dstu3.model.Bundle;
import org.hl7.fhir.dstu3.model.CodeableConcept;
import org.hl7.fhir.dstu3.model.Coding;
import org.hl7.fhir.dstu3.model.Identifier;
import org.hl7.fhir.dstu3.model.Reference;

/** STU3. */
class WardStu3 extends Ward<AuditEvent> {
  private static final String ENTITY_TYPE = "http://hl7.org/fhir/audit-entity-type";
  private static final String ENTITY_ROLE = "http://hl7.org/fhir/object-role";

  WardStu3() {
    super("stu3", FhirContext.forDstu3(), AuditEvent.class, Bundle.class);
  }

  @Override
  AuditEvent event(String patient) {
    var event = new AuditEvent().setType(coding(DICOM, "110110"));
    event.addSubtype(coding(REST, "read")).setAction(AuditEventAction.C);
    event.setRecorded(RECORDED).setOutcome(AuditEventOutcome._0);
    var agent = event.addAgent().setReference(new Reference(AGENT)).setUserId(identifier(USER));
    agent.setAltId(ALTID).setName(AGENT_NAME).setRequestor(true).addPolicy(POLICY);
    agent.addRole(new CodeableConcept().addCoding(coding(DICOM, "110153")));
    agent.getNetwork().setAddress(ADDRESS).setType(AuditEventAgentNetworkType._1);
    event.getSource().setSite(SITE).setIdentifier(identifier(DEVICE));
    event.addEntity().setReference(new Reference(patient));
    var document = event.addEntity().setReference(new Reference(DOCUMENT));
    document.setIdentifier(identifier("doc-1")).setName(DOCUMENT_NAME);
    document.setType(coding(ENTITY_TYPE, "2")).setRole(coding(ENTITY_ROLE, "3"));
    return event;
  }

  @Override
  Facts facts(AuditEvent event) {
    var agent = event.getAgentFirstRep();
    return new Facts(
        event.getRecorded(),
        event.getAction().toCode(),
        event.getEntity().get(0).getReference().getReference(),
        agent.getUserId().getValue(),
        agent.getNetwork().getAddress());
  }

  @Override
  List<Search> searches(String patient) {
    return List.of(
        token(AuditEvent.ACTION, "C"),
        string(AuditEvent.ADDRESS, ADDRESS),
        reference(AuditEvent.AGENT, AGENT),
        string(AuditEvent.AGENT_NAME, AGENT_NAME),
        token(AuditEvent.AGENT_ROLE, DICOM, "110153"),
        token(AuditEvent.ALTID, ALTID),
        date(AuditEvent.DATE),
        reference(AuditEvent.ENTITY, DOCUMENT),
        token(AuditEvent.ENTITY_ID, USERS, "doc-1"),
        string(AuditEvent.ENTITY_NAME, DOCUMENT_NAME),
        token(AuditEvent.ENTITY_ROLE, ENTITY_ROLE, "3"),
        token(AuditEvent.ENTITY_TYPE, ENTITY_TYPE, "2"),
        token(AuditEvent.OUTCOME, "0"),
        reference(AuditEvent.PATIENT, patient),
        uri(AuditEvent.POLICY, POLICY),
        token(AuditEvent.SITE, SITE),
        token(AuditEvent.SOURCE, USERS, DEVICE),
        token(AuditEvent.SUBTYPE, REST, "read"),
        token(AuditEvent.TYPE, DICOM, "110110"),
        token(AuditEvent.USER, USERS, USER));
  }

  @Override
  ReferenceClientParam patient() {
    return AuditEvent.PATIENT;
  }

  private static Coding coding(String system, String code) {
    return new Coding().setSystem(system).setCode(code);
  }

  private static Identifier identifier(String value) {
    return new Identifier().setSystem(USERS).setValue(value);
  }
}
