/** One expression of an Evaluator: a value for a row, or an exception that its user turns into null and a log entry. */
public final class Expression {
  private final Evaluator evaluator;
  private final int which;

  public Expression(Evaluator evaluator, int which) {
    this.evaluator = evaluator;
    this.which = which;
  }

  public Object of(Object[] row) throws Exception {
    return evaluator.evaluate(which, row);
  }
}
