/** An aggregate whose methods are Python's; the state is the JSON that they are given and give back. */
public final class PythonAggregate extends Aggregate {
  private final String id;

  public PythonAggregate(String id) {
    this.id = id;
  }

  public Object initial() {
    return ask("initial", new Object[0]);
  }

  public Object add(Object state, Object[] arguments) {
    return ask("add", behind(state, arguments));
  }

  public Object remove(Object state, Object[] arguments) {
    return ask("undo", behind(state, arguments));
  }

  public Object merge(Object earlier, Object later) {
    return ask("merge", new Object[] {earlier, later});
  }

  public Object result(Object state) {
    return ask("result", new Object[] {state});
  }

  private Object ask(String method, Object[] arguments) {
    return PythonFunctions.call(id, behind(method, arguments));
  }

  private static Object[] behind(Object first, Object[] others) {
    Object[] all = new Object[others.length + 1];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }
}
