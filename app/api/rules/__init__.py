"""Pure rules of the interface: shapes of bodies and answers, the OpenAPI document, digests of requests."""
