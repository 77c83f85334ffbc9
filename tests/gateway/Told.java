import ca.uhn.fhir.rest.client.api.IGenericClient;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.StringType;

/** One interaction in one line, as the test did it or as an AuditEvent tells it. */
record Told(
    String request, String user, String kind, String resource, String before, String patients,
    String shown, String outcome) {

  /** What all events of this Kiln tell. */
  static List<Told> all(IGenericClient kiln) {
    var told = new ArrayList<Told>();
    var page = kiln.search().forResource(AuditEvent.class).count(500).returnBundle(Bundle.class).execute();
    while (true) {
      page.getEntry().forEach(entry -> told.add(of((AuditEvent) entry.getResource())));
      if (page.getLink(Bundle.LINK_NEXT) == null) {
        return told;
      }
      page = kiln.loadPage().next(page).execute();
    }
  }

  private static Told of(AuditEvent event) {
    String request = "", resource = "", before = "";
    var patients = new TreeSet<String>();
    var shown = new TreeSet<String>();
    for (var entity : event.getEntity()) {
      var reference = entity.getWhat().getReference();
      switch (entity.getType().getCode()) {
        case "XrequestId" -> request = entity.getWhat().getIdentifier().getValue();
        case "1" -> patients.add(reference);
        case "2" -> {
          resource = reference == null ? resource : reference;
          before = detail(entity, "previousVersionId");
        }
        default -> {
          if (entity.getType().getSystem().endsWith("/resource-types")) {
            shown.add(reference);
          }
        }
      }
    }
    return new Told(
        request, user(event), event.getSubtypeFirstRep().getCode(), String.valueOf(resource),
        before, String.join(" ", patients), String.join(" ", shown),
        event.getOutcome() == null ? "unknown" : event.getOutcome().toCode());
  }

  private static String user(AuditEvent event) {
    return event.getAgent().stream()
        .map(agent -> agent.getWho().getIdentifier().getValue())
        .filter(who -> who != null && who.startsWith("user-"))
        .findFirst()
        .orElse("");
  }

  private static String detail(AuditEventEntityComponent entity, String type) {
    return entity.getDetail().stream()
        .filter(detail -> detail.getType().equals(type))
        .map(detail -> ((StringType) detail.getValue()).getValue())
        .findFirst()
        .orElse("");
  }
}
