/** COUNT: of rows, or of values that are not null. */
public final class Count extends Aggregate {
  public Object initial() {
    return Long.valueOf(0);
  }

  public Object add(Object state, Object[] arguments) {
    return counts(arguments) ? Arithmetic.add((Long) state, Long.valueOf(1)) : state;
  }

  public Object remove(Object state, Object[] arguments) {
    return counts(arguments) ? Arithmetic.subtract((Long) state, Long.valueOf(1)) : state;
  }

  public Object merge(Object earlier, Object later) {
    return Arithmetic.add((Long) earlier, (Long) later);
  }

  private static boolean counts(Object[] arguments) {
    return arguments.length == 0 || arguments[0] != null;
  }
}
