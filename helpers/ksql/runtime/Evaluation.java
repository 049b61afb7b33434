/** Expressions that are evaluated together; one that throws is null, and the log says why. */
public final class Evaluation {
  private final Expression[] expressions;
  private final String[] names;
  private final ProcessingLog log;

  public Evaluation(Expression[] expressions, String[] names, ProcessingLog log) {
    this.expressions = expressions;
    this.names = names;
    this.log = log;
  }

  public Object one(int which, Object[] row) {
    try {
      return expressions[which].of(row);
    } catch (Exception error) {
      log.add(names[which], error, row);
      return null;
    } finally {
      Nested.tell(log, names[which], row);
    }
  }

  public Object[] all(Object[] row) {
    Object[] values = new Object[expressions.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = one(i, row);
    }
    return values;
  }
}
