import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looking into a JSON text; numbers stay as they are written. */
public final class Json {
  public static final ObjectMapper MAPPER = mapper();
  // as ksqlDB reads paths: .name, [name] or [0], ["any text, with \" and \ after a \"]
  private static final Pattern STEP = Pattern.compile(
      "\\.([\\p{L}\\p{Nd}_:@]+)|\\[([\\p{L}\\p{Nd}_]+)\\]|\\[\"((?:[^\"\\\\]|\\\\[\"\\\\])*)\"\\]");

  /** The text at a path such as $.name.items[0]; null when there is nothing, JSON's null being the text null. */
  public static String extract(String json, String path) throws Exception {
    if (!path.startsWith("$")) {
      throw new IllegalArgumentException("a path begins with $, got " + path);
    }
    JsonNode node = MAPPER.readTree(json);
    Matcher step = STEP.matcher(path);
    int end = 1;
    while (node != null && end < path.length()) {
      if (!step.find(end) || step.start() != end) {
        throw new IllegalArgumentException("the path " + path + " cannot be read at its letter " + (end + 1));
      }
      node = node.isArray() ? element(node, name(step)) : node.get(name(step));
      end = step.end();
    }
    return node == null || node.isMissingNode() ? null : text(node);
  }

  public static boolean contains(String json, Object value) throws Exception {
    JsonNode array = MAPPER.readTree(json);
    if (array == null || !array.isArray()) {
      return false;
    }
    for (Object each : array) {
      JsonNode node = (JsonNode) each;
      if (node.isNull() ? value == null : value != null && node.isTextual() == (value instanceof String) && text(node).equals(Cast.text(value))) {
        return true;
      }
    }
    return false;
  }

  private static String name(Matcher step) {
    String plain = step.group(1) != null ? step.group(1) : step.group(2);
    return plain != null ? plain : step.group(3).replaceAll("\\\\(.)", "$1");
  }

  private static JsonNode element(JsonNode array, String index) {
    try {
      return array.get(Integer.parseInt(index));
    } catch (NumberFormatException name) {
      return null;
    }
  }

  private static String text(JsonNode node) {
    if (node.isBigDecimal()) {
      return node.decimalValue().toString();
    }
    return node.isTextual() ? node.textValue() : node.toString();
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    mapper.setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));
    return mapper;
  }
}
