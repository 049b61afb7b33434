import java.util.LinkedHashMap;
import java.util.Map;

/** A STRUCT: its fields in order. It prints as ksqlDB's do, Struct{F0=1,f1=3}, without its empty fields. */
public final class Struct extends LinkedHashMap {
  public static Struct of(Object[] namesAndValues) {
    Struct struct = new Struct();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      struct.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return struct;
  }

  public static Object field(Struct struct, String name) {
    return struct == null ? null : struct.get(name);
  }

  public String toString() {
    StringBuilder text = new StringBuilder("Struct{");
    for (Object each : entrySet()) {
      Map.Entry entry = (Map.Entry) each;
      if (entry.getValue() != null) {
        if (text.length() > 7) {
          text.append(',');
        }
        text.append(entry.getKey()).append('=').append(entry.getValue());
      }
    }
    return text.append('}').toString();
  }
}
