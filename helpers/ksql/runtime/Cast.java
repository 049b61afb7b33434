import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** CAST, and the widening of numbers. What cannot be cast is an exception: the column becomes null. */
public final class Cast {
  public static Object to(Object value, Type type) {
    return to(value, type, RoundingMode.HALF_UP);
  }

  /** The same; an exception when a digit of a DECIMAL would be lost. */
  public static Object exactly(Object value, Type type) {
    return to(value, type, RoundingMode.UNNECESSARY);
  }

  private static Object to(Object value, Type type, RoundingMode rounding) {
    if (value == null) {
      return null;
    }
    switch (type.base) {
      case "BOOLEAN": return value instanceof Boolean ? value : bool((String) value);
      case "INTEGER": return integer(value);
      case "BIGINT": return bigint(value);
      case "DOUBLE": return real(value);
      case "DECIMAL": return decimal(value, type.precision, type.scale, rounding);
      case "STRING": return text(value);
      case "TIMESTAMP": return timestamp(value);
      case "DATE": return date(value);
      case "TIME": return time(value);
      case "BYTES": return value instanceof String ? ByteBuffer.wrap(Base64.getDecoder().decode(((String) value).trim())) : value;
      case "ARRAY": return list((List) value, type, rounding);
      case "MAP": return map((Map) value, type, rounding);
      case "STRUCT": return struct((Map) value, type, rounding);
      default: return value;
    }
  }

  public static Integer integer(Object value) {
    if (value == null || value instanceof Integer) {
      return (Integer) value;
    }
    return value instanceof Number ? Integer.valueOf(((Number) value).intValue()) : Integer.valueOf(((String) value).trim());
  }

  public static Long bigint(Object value) {
    if (value == null || value instanceof Long) {
      return (Long) value;
    }
    return value instanceof Number ? Long.valueOf(((Number) value).longValue()) : Long.valueOf(((String) value).trim());
  }

  public static Double real(Object value) {
    if (value == null || value instanceof Double) {
      return (Double) value;
    }
    return value instanceof Number ? Double.valueOf(((Number) value).doubleValue()) : Double.valueOf(((String) value).trim());
  }

  /** Rounded half up to the scale; an exception when the digits before the point are too many. */
  public static BigDecimal decimal(Object value, int precision, int scale) {
    return decimal(value, precision, scale, RoundingMode.HALF_UP);
  }

  private static BigDecimal decimal(Object value, int precision, int scale, RoundingMode rounding) {
    if (value == null) {
      return null;
    }
    BigDecimal exact = value instanceof BigDecimal ? (BigDecimal) value
        : value instanceof Double ? new BigDecimal(((Double) value).doubleValue(), new MathContext(precision))
        : new BigDecimal(value.toString().trim());
    BigDecimal rounded = exact.setScale(scale, rounding);
    if (rounded.precision() - rounded.scale() > precision - scale && rounded.signum() != 0) {
      throw new ArithmeticException(exact.toPlainString() + " does not fit into DECIMAL(" + precision + ", " + scale + ")");
    }
    return rounded;
  }

  public static String text(Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof BigDecimal) {
      return ((BigDecimal) value).toPlainString();
    }
    if (value instanceof LocalTime) {
      return ((LocalTime) value).withNano(0).toString(); // as in ksqlDB, whose text of a TIME ends with the seconds
    }
    return value instanceof Instant ? Times.iso((Instant) value) : value.toString();
  }

  /** Every beginning of "true" and "yes" is true, in any case; other text is false. */
  public static Boolean bool(String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    return Boolean.valueOf(!lower.isEmpty() && ("true".startsWith(lower) || "yes".startsWith(lower)));
  }

  public static Instant timestamp(Object value) {
    if (value instanceof LocalDate) {
      return ((LocalDate) value).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    return value instanceof String ? Times.partial((String) value) : (Instant) value;
  }

  public static LocalDate date(Object value) {
    if (value instanceof Instant) {
      return ((Instant) value).atZone(ZoneOffset.UTC).toLocalDate();
    }
    return value instanceof String ? Times.partialDate((String) value) : (LocalDate) value;
  }

  public static LocalTime time(Object value) {
    if (value instanceof Instant) {
      return ((Instant) value).atZone(ZoneOffset.UTC).toLocalTime();
    }
    return value instanceof String ? LocalTime.parse(((String) value).trim()) : (LocalTime) value;
  }

  private static List list(List values, Type type, RoundingMode rounding) {
    List cast = new ArrayList(values.size());
    for (Object value : values) {
      cast.add(to(value, type.parts[0], rounding));
    }
    return cast;
  }

  private static Map map(Map values, Type type, RoundingMode rounding) {
    Map cast = new HashMap(values.size());
    for (Object each : values.entrySet()) {
      Map.Entry entry = (Map.Entry) each;
      cast.put(to(entry.getKey(), type.parts[0], rounding), to(entry.getValue(), type.parts[1], rounding));
    }
    return cast;
  }

  private static Struct struct(Map values, Type type, RoundingMode rounding) {
    Struct cast = new Struct();
    for (int i = 0; i < type.names.length; i++) {
      cast.put(type.names[i], to(values.get(type.names[i]), type.parts[i], rounding));
    }
    return cast;
  }
}
