import ca.uhn.fhir.context.FhirContext;
import java.util.function.Supplier;

/** A release that HAPI FHIR knows, and where Kiln serves it. */
enum Release {
  DSTU2(FhirContext::forDstu2Hl7OrgCached),
  STU3(FhirContext::forDstu3Cached),
  R4(FhirContext::forR4Cached),
  R4B(FhirContext::forR4BCached),
  R5(FhirContext::forR5Cached);

  private final Supplier<FhirContext> context;

  Release(Supplier<FhirContext> context) {
    this.context = context;
  }

  /** HAPI's own view of the release, with the classes of HL7 for DSTU2. */
  FhirContext context() {
    return context.get();
  }

  String path() {
    return name().toLowerCase();
  }
}
