/** What is generated for a query: all its expressions, by number. */
public interface Evaluator {
  Object evaluate(int which, Object[] row) throws Exception;
}
