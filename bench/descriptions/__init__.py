"""A scorecard over a folder of real OpenAPI documents and WSDLs: ``scripts/bench descriptions FOLDER [--answers] [--format json]``.

Each is brought from file to manifest (as ``connector init`` does), linted, opened as a connector; its SDL is looked through
for a field of every operation. Told for each: operations described, exposed, typed, lost; every miss with its reason.
The one with most operations is then measured alone in a fresh process: seconds and peak memory. Exit 1 if a goal is missed.

described answers: JSON whose schema or example says what it is like (``{type: object}`` alone says nothing: those are told
apart as ``bare``). typed: of these, the ones that give a type and no JSON scalar. Of WSDLs, whose goal is that every one is
loaded with all its operations, the same is counted apart.

``--answers``: every callable GET is asked through the engine, of a connector before npm's prism that mocks the same document,
once as it is and once with ``--errors``; every operation of a WSDL before npm's soap. callable: a GET whose required arguments
can be made from the description. answered: its field has data and no error. Needs ``scripts/peers``.
"""
