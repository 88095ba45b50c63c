"""The pure rules of the workflow core: no Flask, no SQLAlchemy; data in, data out.

reading.read(body) -> Definition                      once per digest; raises Invalid with a FieldError per fault
lint.lint(definition, names) -> list[Fault]           a sentence per fault, before publishing
needs.needs(definition, state, command) -> Needs      what to gather under the run's lock
decide.decide(definition, state, command, facts) -> list[Event]      state None for Start; refuses with a DomainError
decide.decided(definition, state, command, facts) -> Decided(events, state)
apply.apply(state, event) -> RunState, apply.fold(events) -> RunState    ask nobody, not even the definition
missing.missing(definition, state, turn, outcome, fields, checklist, facts) -> list[MissingItem]
"""
