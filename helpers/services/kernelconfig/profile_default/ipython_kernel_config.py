"""How the lessons' kernels differ from IPython's own."""

c = get_config()  # noqa: F821  (IPython defines it)

# What libraries in C write to the process's streams goes to JupyterLab's log: TensorFlow greets with eight lines.
c.IPKernelApp.capture_fd_output = False

# Two lines for each call instead of ten: the line in the cell and the sentence at the end both stay in sight.
c.InteractiveShell.xmode = "Plain"
