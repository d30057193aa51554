"""What every page stands on: address, session, navigation, theme, markdown, errors, components, server."""
