import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** + - * / % and unary minus: null when an operand is; INTEGER and BIGINT wrap, DOUBLE knows Infinity. */
public final class Arithmetic {
  public static Integer add(Integer a, Integer b) { return a == null || b == null ? null : Integer.valueOf(a.intValue() + b.intValue()); }
  public static Integer subtract(Integer a, Integer b) { return a == null || b == null ? null : Integer.valueOf(a.intValue() - b.intValue()); }
  public static Integer multiply(Integer a, Integer b) { return a == null || b == null ? null : Integer.valueOf(a.intValue() * b.intValue()); }
  public static Integer divide(Integer a, Integer b) { return a == null || b == null ? null : Integer.valueOf(a.intValue() / b.intValue()); }
  public static Integer remainder(Integer a, Integer b) { return a == null || b == null ? null : Integer.valueOf(a.intValue() % b.intValue()); }
  public static Integer negate(Integer a) { return a == null ? null : Integer.valueOf(-a.intValue()); }

  public static Long add(Long a, Long b) { return a == null || b == null ? null : Long.valueOf(a.longValue() + b.longValue()); }
  public static Long subtract(Long a, Long b) { return a == null || b == null ? null : Long.valueOf(a.longValue() - b.longValue()); }
  public static Long multiply(Long a, Long b) { return a == null || b == null ? null : Long.valueOf(a.longValue() * b.longValue()); }
  public static Long divide(Long a, Long b) { return a == null || b == null ? null : Long.valueOf(a.longValue() / b.longValue()); }
  public static Long remainder(Long a, Long b) { return a == null || b == null ? null : Long.valueOf(a.longValue() % b.longValue()); }
  public static Long negate(Long a) { return a == null ? null : Long.valueOf(-a.longValue()); }

  public static Double add(Double a, Double b) { return a == null || b == null ? null : Double.valueOf(a.doubleValue() + b.doubleValue()); }
  public static Double subtract(Double a, Double b) { return a == null || b == null ? null : Double.valueOf(a.doubleValue() - b.doubleValue()); }
  public static Double multiply(Double a, Double b) { return a == null || b == null ? null : Double.valueOf(a.doubleValue() * b.doubleValue()); }
  public static Double divide(Double a, Double b) { return a == null || b == null ? null : Double.valueOf(a.doubleValue() / b.doubleValue()); }
  public static Double remainder(Double a, Double b) { return a == null || b == null ? null : Double.valueOf(a.doubleValue() % b.doubleValue()); }
  public static Double negate(Double a) { return a == null ? null : Double.valueOf(-a.doubleValue()); }

  // A decimal result that needs more digits than its type has is an exception, as in ksqlDB: the column becomes null.
  public static BigDecimal add(BigDecimal a, BigDecimal b, int precision, int scale) { return a == null || b == null ? null : a.add(b, exact(precision)).setScale(scale); }
  public static BigDecimal subtract(BigDecimal a, BigDecimal b, int precision, int scale) { return a == null || b == null ? null : a.subtract(b, exact(precision)).setScale(scale); }
  public static BigDecimal multiply(BigDecimal a, BigDecimal b, int precision, int scale) { return a == null || b == null ? null : a.multiply(b, exact(precision)).setScale(scale); }
  public static BigDecimal divide(BigDecimal a, BigDecimal b, int precision, int scale) { return a == null || b == null ? null : a.divide(b, exact(precision)).setScale(scale); }
  public static BigDecimal remainder(BigDecimal a, BigDecimal b, int precision, int scale) { return a == null || b == null ? null : a.remainder(b, exact(precision)).setScale(scale); }
  public static BigDecimal negate(BigDecimal a) { return a == null ? null : a.negate(); }

  public static String add(String a, String b) { return a == null || b == null ? null : a + b; }

  private static MathContext exact(int precision) {
    return new MathContext(precision, RoundingMode.UNNECESSARY);
  }
}
