import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.IValidatorModule;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SchemaBaseValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/** HAPI's validators of one release. Nothing here asks the network. */
class Judge {
  /** An event of any release that says nothing: one that finds no error here finds none at all. */
  private static final String BROKEN = "<AuditEvent xmlns='http://hl7.org/fhir'/>";

  private final List<FhirValidator> validators = new ArrayList<>();

  Judge(Release release) {
    var context = release.context();
    validators.add(validator(context, instanceValidator(context)));
    if (hasSchema(context)) {
      validators.add(validator(context, new SchemaBaseValidator(context)));
    }
    if (validators.stream().anyMatch(validator -> errors(validator, BROKEN).isEmpty())) {
      throw new IllegalStateException("a validator of " + release + " sees no error");
    }
  }

  /** The errors of a resource; XML is held against the published schema, too. */
  List<SingleValidationMessage> errors(String resource) {
    int count = resource.startsWith("<") ? validators.size() : 1;
    return validators.stream()
        .limit(count)
        .flatMap(validator -> errors(validator, resource).stream())
        .toList();
  }

  /** The packages of R4B and R5 come without. */
  private static boolean hasSchema(FhirContext context) {
    var folder = context.getVersion().getPathToSchemaDefinitions();
    return Judge.class.getResource(folder + "/fhir-single.xsd") != null;
  }

  private static List<SingleValidationMessage> errors(FhirValidator validator, String text) {
    try {
      return validator.validateWithResult(text).getMessages().stream()
          .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
          .toList();
    } catch (NullPointerException failure) {
      return List.of(fallen(failure));
    }
  }

  /** HAPI falls over codes of DSTU2 that a code system lacks: an error, not a validator that ended. */
  private static SingleValidationMessage fallen(NullPointerException failure) {
    var error = new SingleValidationMessage();
    error.setSeverity(ResultSeverityEnum.ERROR);
    error.setMessageId("HAPI fell over it");
    error.setMessage(failure.getMessage());
    return error;
  }

  private static FhirValidator validator(FhirContext context, IValidatorModule module) {
    return context.newValidator().registerValidatorModule(module);
  }

  private static IValidatorModule instanceValidator(FhirContext context) {
    var unknown = new UnknownCodeSystemWarningValidationSupport(context);
    unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
    var chain =
        new ValidationSupportChain(
            new DefaultProfileValidationSupport(context),
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context),
            new SnapshotGeneratingValidationSupport(context),
            unknown);
    var validator = new FhirInstanceValidator(chain);
    // Profiles of senders are not in the packages.
    validator.setErrorForUnknownProfiles(false);
    return validator;
  }
}
