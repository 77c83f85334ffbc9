import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.gclient.ReferenceClientParam;
import java.util.List;
import org.hl7.fhir.r5.model.AuditEvent;
import org.hl7.fhir.r5.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Identifier;
import org.hl7.fhir.r5.model.Reference;
import org.hl7.fhir.r5.model.StringType;

/** R5. */
class WardR5 extends Ward<AuditEvent> {
  private static final String ENTITY_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
  private static final String OUTCOME = "http://hl7.org/fhir/issue-severity";

  WardR5() {
    super("r5", FhirContext.forR5(), AuditEvent.class, Bundle.class);
  }

  @Override
  AuditEvent event(String patient) {
    var event = new AuditEvent().addCategory(concept(DICOM, "110110"));
    event.setCode(concept(REST, "read")).setAction(AuditEventAction.C).setRecorded(RECORDED);
    event.getOutcome().setCode(concept(OUTCOME, "success").getCodingFirstRep());
    event.addAuthorization(concept(PURPOSE, "TREAT")).setPatient(new Reference(patient));
    event.addBasedOn(new Reference("ServiceRequest/order-1"));
    event.setEncounter(new Reference("Encounter/stay-1"));
    var user = new Identifier().setSystem(USERS).setValue(USER);
    var who = new Reference(AGENT).setIdentifier(user).setDisplay(AGENT_NAME);
    var agent = event.addAgent().setWho(who).setRequestor(true).addPolicy(POLICY);
    agent.addRole(concept(DICOM, "110153")).setNetwork(new StringType(ADDRESS));
    event.getSource().setObserver(new Reference("Device/" + DEVICE));
    event.addEntity().setWhat(new Reference(patient));
    event.addEntity().setWhat(new Reference(DOCUMENT)).setRole(concept(ENTITY_ROLE, "3"));
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
        agent.getNetwork() == null ? null : agent.getNetwork().primitiveValue());
  }

  @Override
  List<Search> searches(String patient) {
    return List.of(
        token(AuditEvent.ACTION, "C"),
        reference(AuditEvent.AGENT, AGENT),
        token(AuditEvent.AGENT_ROLE, DICOM, "110153"),
        reference(AuditEvent.BASED_ON, "ServiceRequest/order-1"),
        token(AuditEvent.CATEGORY, DICOM, "110110"),
        token(AuditEvent.CODE, REST, "read"),
        date(AuditEvent.DATE),
        reference(AuditEvent.ENCOUNTER, "Encounter/stay-1"),
        reference(AuditEvent.ENTITY, DOCUMENT),
        token(AuditEvent.ENTITY_ROLE, ENTITY_ROLE, "3"),
        token(AuditEvent.OUTCOME, OUTCOME, "success"),
        reference(AuditEvent.PATIENT, patient),
        uri(AuditEvent.POLICY, POLICY),
        token(AuditEvent.PURPOSE, PURPOSE, "TREAT"),
        reference(AuditEvent.SOURCE, "Device/" + DEVICE));
  }

  @Override
  ReferenceClientParam patient() {
    return AuditEvent.PATIENT;
  }

  private static CodeableConcept concept(String system, String code) {
    return new CodeableConcept(new Coding().setSystem(system).setCode(code));
  }
}
