import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** What the number functions need beyond java.lang.Math. */
public final class Numbers {
  private static final double EARTH_KM = 6371;
  private static final double EARTH_MILES = 3959;

  /** Half goes up, towards +infinity: 1.5 is 2, -1.5 is -1. */
  public static BigDecimal round(BigDecimal value, int digits) {
    BigDecimal one = BigDecimal.ONE.movePointLeft(digits);
    BigDecimal half = one.divide(new BigDecimal(2));
    return value.add(half).setScale(digits, RoundingMode.FLOOR);
  }

  public static Long round(Long value, int digits) {
    return Long.valueOf(round(new BigDecimal(value.longValue()), digits).longValue());
  }

  /** The whole number next above or below, with the digits after the point that the number has. */
  public static BigDecimal whole(BigDecimal value, boolean above) {
    return value.setScale(0, above ? RoundingMode.CEILING : RoundingMode.FLOOR).setScale(value.scale());
  }

  public static Double round(Double value, int digits) {
    return value.isNaN() || value.isInfinite() ? value : Double.valueOf(round(BigDecimal.valueOf(value.doubleValue()), digits).doubleValue());
  }

  /** Greatest (sign 1) or least (sign -1) of the values that are not null. */
  public static Object extreme(List values, int sign) {
    Object best = null;
    for (Object value : values) {
      if (value != null && (best == null || ((Comparable) value).compareTo(best) * sign > 0)) {
        best = value;
      }
    }
    return best;
  }

  /** The great-circle distance of two points in degrees, by the haversine formula. */
  public static double distance(double lat1, double lon1, double lat2, double lon2, String unit) {
    if (Math.abs(lat1) > 90 || Math.abs(lat2) > 90 || Math.abs(lon1) > 180 || Math.abs(lon2) > 180) {
      throw new IllegalArgumentException("latitudes lie within 90 degrees, longitudes within 180");
    }
    double byLat = Math.toRadians(lat2 - lat1);
    double byLon = Math.toRadians(lon2 - lon1);
    double half = Math.pow(Math.sin(byLat / 2), 2)
        + Math.cos(Math.toRadians(lat1)) * Math.cos(Math.toRadians(lat2)) * Math.pow(Math.sin(byLon / 2), 2);
    return 2 * Math.asin(Math.sqrt(half)) * radius(unit);
  }

  private static double radius(String unit) {
    String name = unit == null ? "" : unit.trim().toLowerCase(java.util.Locale.ROOT);
    if (name.isEmpty() || name.equals("km") || name.matches("kilomet(er|re)s?")) {
      return EARTH_KM;
    }
    if (name.matches("mi|miles?")) {
      return EARTH_MILES;
    }
    throw new IllegalArgumentException("unit must be KM or MILES, got " + unit);
  }
}
