import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looking into a JSON text; numbers stay as they are written. */
public final class Json {
  public static final ObjectMapper MAPPER = mapper();
  private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]]+)|\\['([^']*)'\\]|\\[\"([^\"]*)\"\\]|\\[(-?\\d+)\\]");

  /** The text at a path such as $.name.items[0]; null when there is nothing. */
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
      node = inside(node, step);
      end = step.end();
    }
    return node == null || node.isNull() || node.isMissingNode() ? null : text(node);
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

  private static JsonNode inside(JsonNode node, Matcher step) {
    if (step.group(4) != null) {
      return Integer.parseInt(step.group(4)) < 0 ? null : node.get(Integer.parseInt(step.group(4)));
    }
    return node.get(step.group(1) != null ? step.group(1) : step.group(2) != null ? step.group(2) : step.group(3));
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
