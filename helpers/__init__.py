"""The plumbing of the workbook: a lesson shows its subject in the open and takes everything else from here."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up chatter would head every lesson
os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever an attendee's other work wants: no other backend is installed
