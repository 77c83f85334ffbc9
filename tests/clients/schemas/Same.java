import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Compares XML that was sent with XML that Kiln made of it. Argument: a folder with the folders
 * `sent` and `xml`, in each of them one for each release, with a file for each event. Printed,
 * separated by tabs, are release, file and the first difference, then `checked`, release and number.
 *
 * <p>What a server sets counts for nothing, nor do comments, space around text, and the order of
 * elements of different names, which FHIR fixes and some senders do not know.
 */
class Same {
  private static final Set<String> OF_SERVERS = Set.of("id", "versionId", "lastUpdated");

  public static void main(String[] arguments) throws Exception {
    try (var releases = Files.list(Path.of(arguments[0], "sent"))) {
      for (var release : releases.toList()) {
        check(release, Path.of(arguments[0], "xml", release.getFileName().toString()));
      }
    }
  }

  private static void check(Path sent, Path made) throws Exception {
    var release = sent.getFileName().toString();
    try (var listed = Files.list(sent)) {
      var files = listed.toList();
      for (var file : files) {
        var difference = difference(lines(file), lines(made.resolve(file.getFileName())));
        if (!difference.isEmpty()) {
          System.out.println(String.join("\t", release, file.getFileName().toString(), difference));
        }
      }
      System.out.println("checked\t" + release + "\t" + files.size());
    }
  }

  /** The first line of either that the other has not at its place. */
  private static String difference(List<String> sent, List<String> made) {
    for (int at = 0; at < Math.max(sent.size(), made.size()); at++) {
      var one = at < sent.size() ? sent.get(at) : "";
      var other = at < made.size() ? made.get(at) : "";
      if (!one.equals(other)) {
        return one + " became " + other;
      }
    }
    return "";
  }

  /** All that a document says, each line with its path. */
  private static List<String> lines(Path file) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    factory.setCoalescing(true);
    factory.setIgnoringComments(true);
    var root = factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
    for (var child : elements(root)) {
      var isMeta = child.getLocalName().equals("meta");
      for (var own : isMeta ? elements(child) : List.of(child)) {
        if (OF_SERVERS.contains(own.getLocalName())) {
          own.getParentNode().removeChild(own);
        }
      }
      if (isMeta && elements(child).isEmpty()) {
        root.removeChild(child);
      }
    }
    var lines = new ArrayList<String>();
    tell("", root, lines);
    return lines;
  }

  private static void tell(String above, Element element, List<String> lines) {
    var path = above + "/" + element.getLocalName();
    lines.add(path + " in " + element.getNamespaceURI() + attributes(element));
    for (var child : inOrder(element)) {
      if (child.getLocalName().equals("div")) {
        narrate(path + "/div", child, lines);
      } else {
        tell(path, child, lines);
      }
    }
  }

  /** Narrative, the text too; some examples of the pack have lost its namespace. */
  private static void narrate(String path, Element element, List<String> lines) {
    lines.add(path + attributes(element));
    var nodes = element.getChildNodes();
    for (int at = 0; at < nodes.getLength(); at++) {
      if (nodes.item(at) instanceof Element child) {
        narrate(path + "/" + child.getLocalName(), child, lines);
      } else if (!nodes.item(at).getTextContent().isBlank()) {
        var text = nodes.item(at).getTextContent().strip().replaceAll("\\s+", " ");
        lines.add(path + " says " + text);
      }
    }
  }

  private static List<Element> inOrder(Element element) {
    var elements = elements(element);
    elements.sort(Comparator.comparing(Node::getLocalName));
    return elements;
  }

  /** By name; declarations and hints for schemas are none. */
  private static String attributes(Element element) {
    var sorted = new TreeMap<String, String>();
    var attributes = element.getAttributes();
    for (int at = 0; at < attributes.getLength(); at++) {
      var attribute = attributes.item(at);
      var namespace = attribute.getNamespaceURI();
      if (namespace == null || namespace.equals(XMLConstants.XML_NS_URI)) {
        sorted.put(attribute.getNodeName(), attribute.getNodeValue());
      }
    }
    return " " + sorted;
  }

  private static List<Element> elements(Element element) {
    var elements = new ArrayList<Element>();
    var nodes = element.getChildNodes();
    for (int at = 0; at < nodes.getLength(); at++) {
      if (nodes.item(at) instanceof Element child) {
        elements.add(child);
      }
    }
    return elements;
  }
}
