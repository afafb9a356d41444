"""The same stages on Apache Spark, for what does not fit one machine."""
