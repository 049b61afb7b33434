import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * JSON: an object of the columns, or one column bare. Read, a name is matched exactly or else in capitals; numbers may
 * be text and lose their fraction where a whole number is wanted; anything may become text.
 */
public final class JsonFormat implements Format {
  private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
  private final String[] names;
  private final Type[] types;
  private final boolean bare;

  public JsonFormat(String[] names, Type[] types, boolean bare) {
    this.names = names;
    this.types = types;
    this.bare = bare;
  }

  public byte[] write(Object[] columns) throws Exception {
    if (bare) {
      return columns[0] == null ? null : Json.MAPPER.writeValueAsBytes(node(columns[0], types[0]));
    }
    ObjectNode object = NODES.objectNode();
    for (int i = 0; i < names.length; i++) {
      object.set(names[i], node(columns[i], types[i]));
    }
    return Json.MAPPER.writeValueAsBytes(object);
  }

  /** The columns; null of JSON's null. */
  public Object[] read(byte[] data) throws Exception {
    JsonNode node = Json.MAPPER.readTree(data);
    if (bare) {
      return new Object[] {value(node, types[0])};
    }
    if (node == null || node.isNull() || node.isMissingNode()) {
      return null;
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException("an object with the columns is wanted, got " + node);
    }
    Object[] columns = new Object[names.length];
    for (int i = 0; i < names.length; i++) {
      columns[i] = value(member(node, names[i]), types[i]);
    }
    return columns;
  }

  private static JsonNode member(JsonNode object, String name) {
    JsonNode exact = object.get(name);
    if (exact != null) {
      return exact;
    }
    JsonNode found = null;
    Iterator fields = object.fields();
    while (fields.hasNext()) {
      Map.Entry field = (Map.Entry) fields.next();
      if (((String) field.getKey()).toUpperCase(Locale.ROOT).equals(name)) {
        found = (JsonNode) field.getValue();
      }
    }
    return found;
  }

  // ---- Values of JSON

  private static Object value(JsonNode node, Type type) throws Exception {
    if (node == null || node.isNull() || node.isMissingNode()) {
      return null;
    }
    switch (type.base) {
      case "BOOLEAN": return Boolean.valueOf(expect(node.isBoolean(), node, type).booleanValue());
      case "INTEGER": return node.isNumber() ? Integer.valueOf(node.intValue()) : Integer.valueOf(text(node, type));
      case "BIGINT": return node.isNumber() ? Long.valueOf(node.longValue()) : Long.valueOf(text(node, type));
      case "DOUBLE": return node.isNumber() ? Double.valueOf(node.doubleValue()) : Double.valueOf(text(node, type));
      case "DECIMAL": return Cast.exactly(node.isNumber() ? node.decimalValue() : (Object) text(node, type), type);
      case "STRING": return string(node);
      case "BYTES": return ByteBuffer.wrap(expect(node.isTextual(), node, type).binaryValue());
      case "ARRAY": return list(expect(node.isArray(), node, type), type.parts[0]);
      case "MAP": return map(expect(node.isObject(), node, type), type.parts[1]);
      case "STRUCT": return struct(expect(node.isObject(), node, type), type);
      default: return Values.temporal(node.isNumber() ? node.longValue() : Long.parseLong(text(node, type)), type.base);
    }
  }

  private static JsonNode expect(boolean fits, JsonNode node, Type type) {
    if (!fits) {
      throw new IllegalArgumentException(node + " is no " + type.base);
    }
    return node;
  }

  private static String text(JsonNode node, Type type) {
    return expect(node.isTextual(), node, type).textValue();
  }

  private static String string(JsonNode node) {
    if (node.isObject()) {
      return node.toString();
    }
    if (!node.isArray()) {
      return node.asText();
    }
    StringBuilder joined = new StringBuilder("[");
    for (int i = 0; i < node.size(); i++) {
      joined.append(i == 0 ? "" : ", ").append(string(node.get(i)));
    }
    return joined.append(']').toString();
  }

  private static List list(JsonNode array, Type element) throws Exception {
    List list = new ArrayList(array.size());
    for (int i = 0; i < array.size(); i++) {
      list.add(value(array.get(i), element));
    }
    return list;
  }

  private static Map map(JsonNode object, Type part) throws Exception {
    Map map = new java.util.HashMap(object.size()); // as in ksqlDB: CAST to STRING shows the order
    Iterator fields = object.fields();
    while (fields.hasNext()) {
      Map.Entry field = (Map.Entry) fields.next();
      map.put(field.getKey(), value((JsonNode) field.getValue(), part));
    }
    return map;
  }

  private static Struct struct(JsonNode object, Type type) throws Exception {
    Struct struct = new Struct();
    for (int i = 0; i < type.names.length; i++) {
      struct.put(type.names[i], value(member(object, type.names[i]), type.parts[i]));
    }
    return struct;
  }

  // ---- JSON of values

  private static JsonNode node(Object value, Type type) {
    if (value == null) {
      return NODES.nullNode();
    }
    switch (type.base) {
      case "BOOLEAN": return NODES.booleanNode(((Boolean) value).booleanValue());
      case "INTEGER": return NODES.numberNode(((Integer) value).intValue());
      case "BIGINT": return NODES.numberNode(((Long) value).longValue());
      case "DOUBLE": return NODES.numberNode(((Double) value).doubleValue());
      case "DECIMAL": return NODES.numberNode((BigDecimal) value);
      case "STRING": return NODES.textNode((String) value);
      case "BYTES": return NODES.binaryNode(Values.bytes((ByteBuffer) value));
      case "ARRAY": return array((List) value, type.parts[0]);
      case "MAP": return object((Map) value, type.parts[1]);
      case "STRUCT": return object((Struct) value, type);
      default: return NODES.numberNode(Values.number(value));
    }
  }

  private static ArrayNode array(List values, Type element) {
    ArrayNode array = NODES.arrayNode(values.size());
    for (Object value : values) {
      array.add(node(value, element));
    }
    return array;
  }

  private static ObjectNode object(Map values, Type part) {
    ObjectNode object = NODES.objectNode();
    for (Object each : values.entrySet()) {
      Map.Entry entry = (Map.Entry) each;
      object.set(String.valueOf(entry.getKey()), node(entry.getValue(), part));
    }
    return object;
  }

  private static ObjectNode object(Struct struct, Type type) {
    ObjectNode object = NODES.objectNode();
    for (int i = 0; i < type.names.length; i++) {
      object.set(type.names[i], node(struct.get(type.names[i]), type.parts[i]));
    }
    return object;
  }
}
