import java.util.ArrayList;
import java.util.List;

/** A call of a Python function that takes many rows at once: what it answers for each of them. */
public final class BatchCall {
  private final String name;
  private final Expression[] arguments;
  private final String many;
  private final String one;
  private final ProcessingLog log;

  /** `many` and `one`: the ids (PythonFunctions) of the function for a list of arguments, and for those of one row. */
  public BatchCall(String name, Expression[] arguments, String many, String one, ProcessingLog log) {
    this.name = name;
    this.arguments = arguments;
    this.many = many;
    this.one = one;
    this.log = log;
  }

  /** An answer for each row; null, with an entry in the log, of one whose arguments or whose call throws. */
  public Object[] of(List rows) {
    List places = new ArrayList();
    List given = new ArrayList();
    for (int i = 0; i < rows.size(); i++) {
      try {
        given.add(arguments((Object[]) rows.get(i)));
        places.add(Integer.valueOf(i));
      } catch (Exception error) {
        log.add(name, error, rows.get(i));
      }
    }
    Object[] answers = new Object[rows.size()];
    if (given.isEmpty()) {
      return answers;
    }
    Object[] found = together(given);
    for (int n = 0; n < given.size(); n++) {
      int place = ((Integer) places.get(n)).intValue();
      answers[place] = found == null ? alone((Object[]) given.get(n), rows.get(place)) : found[n];
    }
    return answers;
  }

  private Object[] arguments(Object[] row) throws Exception {
    Object[] values = new Object[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments[i].of(row);
    }
    return values;
  }

  /** The answers; null when the function throws, for then each row has to be asked about by itself. */
  private Object[] together(List given) {
    try {
      return (Object[]) PythonFunctions.call(many, given.toArray());
    } catch (RuntimeException error) {
      return null;
    }
  }

  private Object alone(Object[] given, Object row) {
    try {
      return PythonFunctions.call(one, given);
    } catch (RuntimeException error) {
      log.add(name, error, row);
      return null;
    }
  }
}
