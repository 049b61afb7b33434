import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Comparisons. With null everything but IS [NOT] DISTINCT FROM is false, also <>. */
public final class Compare {
  private static final Map PATTERNS = java.util.Collections.synchronizedMap(new HashMap());

  public static Boolean equal(Object a, Object b) { return Boolean.valueOf(a != null && b != null && same(a, b)); }
  public static Boolean unequal(Object a, Object b) { return Boolean.valueOf(a != null && b != null && !same(a, b)); }
  public static Boolean less(Object a, Object b) { return Boolean.valueOf(a != null && b != null && order(a, b) < 0); }
  public static Boolean atMost(Object a, Object b) { return Boolean.valueOf(a != null && b != null && order(a, b) <= 0); }
  public static Boolean more(Object a, Object b) { return Boolean.valueOf(a != null && b != null && order(a, b) > 0); }
  public static Boolean atLeast(Object a, Object b) { return Boolean.valueOf(a != null && b != null && order(a, b) >= 0); }
  public static Boolean distinct(Object a, Object b) { return Boolean.valueOf(a == null || b == null ? a != b : !same(a, b)); }
  public static Boolean notDistinct(Object a, Object b) { return Boolean.valueOf(a == null || b == null ? a == b : same(a, b)); }
  public static Boolean between(Object value, Object low, Object high) { return Boolean.valueOf(atLeast(value, low).booleanValue() && atMost(value, high).booleanValue()); }

  public static Boolean in(Object value, List options) {
    for (Object option : options) {
      if (equal(value, option).booleanValue()) {
        return Boolean.TRUE;
      }
    }
    return Boolean.FALSE;
  }

  /** SQL's LIKE: % is any text on one line, _ any one letter, after `escape` they are themselves; of null it is null. */
  public static Boolean like(String value, String pattern, String escape) {
    if (value == null || pattern == null) {
      return null;
    }
    String key = escape + pattern;
    Pattern compiled = (Pattern) PATTERNS.get(key);
    if (compiled == null) {
      compiled = Pattern.compile(regex(pattern, escape));
      if (PATTERNS.size() < 1000) {
        PATTERNS.put(key, compiled);
      }
    }
    return Boolean.valueOf(compiled.matcher(value).matches());
  }

  private static String regex(String pattern, String escape) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      String letter = pattern.substring(i, i + 1);
      if (letter.equals(escape)) {
        if (++i == pattern.length()) {
          throw new IllegalArgumentException("the LIKE pattern " + pattern + " ends with its escape character");
        }
        literally(pattern.charAt(i), regex);
      } else if (letter.equals("%")) {
        regex.append(".*");
      } else if (letter.equals("_")) {
        regex.append('.');
      } else {
        literally(letter.charAt(0), regex);
      }
    }
    return regex.toString();
  }

  /** Letters, and the halves of those beyond 16 bits, which must stay together, need no quoting. */
  private static void literally(char letter, StringBuilder regex) {
    regex.append(letter < 128 && !Character.isLetterOrDigit(letter) ? "\\" + letter : String.valueOf(letter));
  }

  private static boolean same(Object a, Object b) {
    if (a instanceof BigDecimal) {
      return ((BigDecimal) a).compareTo((BigDecimal) b) == 0;
    }
    return a instanceof Double ? ((Double) a).doubleValue() == ((Double) b).doubleValue() : a.equals(b);
  }

  private static int order(Object a, Object b) {
    return ((Comparable) a).compareTo(b);
  }
}
