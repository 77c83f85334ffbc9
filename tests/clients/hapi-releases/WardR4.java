import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.gclient.ReferenceClientParam;
import java.util.List;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentNetworkType;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

/** R4. */
class WardR4 extends Ward<AuditEvent> {
  private static final String ENTITY_TYPE =
      "http://terminology.hl7.org/CodeSystem/audit-entity-type";
  private static final String ENTITY_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";

  WardR4() {
    super("r4", FhirContext.forR4(), AuditEvent.class, Bundle.class);
  }

  @Override
  AuditEvent event(String patient) {
    var event = new AuditEvent().setType(coding(DICOM, "110110"));
    event.addSubtype(coding(REST, "read")).setAction(AuditEventAction.C);
    event.setRecorded(RECORDED).setOutcome(AuditEventOutcome._0);
    var who = new Reference(AGENT).setIdentifier(identifier(USER));
    var agent = event.addAgent().setWho(who).setAltId(ALTID).setName(AGENT_NAME);
    agent.setRequestor(true).addPolicy(POLICY);
    agent.addRole(new CodeableConcept(coding(DICOM, "110153")));
    agent.getNetwork().setAddress(ADDRESS).setType(AuditEventAgentNetworkType._1);
    event.getSource().setSite(SITE).setObserver(new Reference("Device/" + DEVICE));
    event.addEntity().setWhat(new Reference(patient));
    var document = event.addEntity().setWhat(new Reference(DOCUMENT)).setName(DOCUMENT_NAME);
    document.setType(coding(ENTITY_TYPE, "2")).setRole(coding(ENTITY_ROLE, "3"));
    return event;
  }

  @Override
  Facts facts(AuditEvent event) {
    var agent = event.getAgentFirstRep();
    return new Facts(
        event.getRecorded(),
        event.getAction().toCode(),
        event.getEntity().get(0).getWhat().getReference(),
        agent.getWho().getIdentifier().getValue(),
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
        string(AuditEvent.ENTITY_NAME, DOCUMENT_NAME),
        token(AuditEvent.ENTITY_ROLE, ENTITY_ROLE, "3"),
        token(AuditEvent.ENTITY_TYPE, ENTITY_TYPE, "2"),
        token(AuditEvent.OUTCOME, "0"),
        reference(AuditEvent.PATIENT, patient),
        uri(AuditEvent.POLICY, POLICY),
        token(AuditEvent.SITE, SITE),
        reference(AuditEvent.SOURCE, "Device/" + DEVICE),
        token(AuditEvent.SUBTYPE, REST, "read"),
        token(AuditEvent.TYPE, DICOM, "110110"));
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
