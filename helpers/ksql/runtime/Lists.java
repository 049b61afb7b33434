import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** ARRAY and MAP: made, looked into, counted. */
public final class Lists {
  public static List of(Object[] values) {
    List list = new ArrayList(values.length);
    for (Object value : values) {
      list.add(value);
    }
    return list;
  }

  public static Map map(Object[] keysAndValues) {
    Map map = new HashMap(keysAndValues.length / 2);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** The element at a position from 1, or from the end when negative; null outside. */
  public static Object at(List list, Integer position) {
    if (list == null || position == null) {
      return null;
    }
    int index = position.intValue() < 0 ? list.size() + position.intValue() : position.intValue() - 1;
    return index < 0 || index >= list.size() ? null : list.get(index);
  }

  public static Object at(Map map, Object key) {
    return map == null ? null : map.get(key);
  }

  public static Object firstOf(List values) {
    for (Object value : values) {
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  public static String join(List values, String between) {
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      joined.append(i == 0 ? "" : between).append(Cast.text(values.get(i)));
    }
    return joined.toString();
  }
}
