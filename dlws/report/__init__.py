"""Documents for people and for other machines. Everything here is a pure function.

What a person reads is first made into :mod:`dlws.report.table` groups; text, HTML and Markdown only lay
them out.
"""
