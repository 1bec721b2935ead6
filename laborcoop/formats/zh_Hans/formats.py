"""Numbers as a bureau writes them: 12,345, not the 1,2345 that Django has for Chinese."""

NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
DECIMAL_SEPARATOR = "."
