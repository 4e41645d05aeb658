"""Operating system, driver, toolkits, containers and frameworks."""
