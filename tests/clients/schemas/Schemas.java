import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/**
 * Judges XML renderings by the XML schemas that HL7 publishes, out of HAPI's validation resources;
 * those of R4B and R5 come without. Argument: a folder with a folder for each release, with a file
 * for each rendering. Printed, separated by tabs, are release, file and error of what is invalid,
 * then `checked`, release and number.
 */
class Schemas {
  private static final Map<String, String> SCHEMAS =
      Map.of(
          "dstu2", "/org/hl7/fhir/instance/model/schema/fhir-single.xsd",
          "stu3", "/org/hl7/fhir/dstu3/model/schema/fhir-single.xsd",
          "r4", "/org/hl7/fhir/r4/model/schema/fhir-single.xsd");

  /** A schema that finds no error in these would find none at all. */
  private static final List<String> BROKEN =
      List.of(
          "<AuditEvent xmlns='http://hl7.org/fhir'/>",
          "<AuditEvent xmlns='http://hl7.org/fhir'><misspelt value='1'/></AuditEvent>");

  public static void main(String[] arguments) throws Exception {
    var factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
    for (var entry : SCHEMAS.entrySet()) {
      var schema = factory.newSchema(Schemas.class.getResource(entry.getValue()));
      for (var broken : BROKEN) {
        if (error(schema, broken).isEmpty()) {
          throw new IllegalStateException("the schema of " + entry.getKey() + " finds no error");
        }
      }
      check(entry.getKey(), schema, Path.of(arguments[0], entry.getKey()));
    }
  }

  private static void check(String release, Schema schema, Path folder) throws Exception {
    try (var listed = Files.list(folder)) {
      var files = listed.toList();
      for (var file : files) {
        var error = error(schema, Files.readString(file));
        if (!error.isEmpty()) {
          System.out.println(String.join("\t", release, file.getFileName().toString(), error));
        }
      }
      System.out.println("checked\t" + release + "\t" + files.size());
    }
  }

  /** The first error, in one line. */
  private static String error(Schema schema, String xml) throws Exception {
    try {
      schema.newValidator().validate(new StreamSource(new StringReader(xml)));
      return "";
    } catch (SAXException error) {
      return String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
    }
  }
}
