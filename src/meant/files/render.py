"""A policy in other words: for people (Markdown), for a system (a prompt section), for a judge (a rubric).

All three are functions of the policy alone, so that what a system is told and what it is measured by cannot part.
"""

from collections.abc import Iterator

from meant.core.flow import Flow, Unless
from meant.core.policy import Policy, Predicate, Principle, ToolRule

_SEVERITIES = ("critical", "high", "medium", "low")


def as_markdown(policy: Policy) -> str:
    """The whole policy as a page for people."""
    lines = [f"# {policy.name} {policy.version}", "", policy.purpose.strip(), ""]
    lines += [f"Owner: {policy.owner}. Policy id: `{policy.id}`.", ""]
    for dimension in policy.dimensions:
        lines += [f"## {dimension.name.capitalize()} (weight {dimension.weight:g})", "", dimension.means, ""]
        for principle in by_severity(policy):
            if principle.dimension == dimension.name:
                lines += _principle(principle)
    lines += _section("When two collide", [f"`{p.over}` wins over `{p.under}`: {p.because}" for p in policy.precedence])
    lines += _section("Tools", [_tool(rule) for rule in policy.tools])
    lines += _section("Patterns", [f"`{p.id}`: {p.then} at {', '.join(p.at)}: {p.because}" for p in policy.patterns])
    lines += _section("Flows", [_flow(flow) for flow in policy.flows])
    lines += _section("Red lines", [f"{line.says} (`{line.principle}`)" for line in policy.red_lines])
    return "\n".join(lines).rstrip() + "\n"


def as_prompt(policy: Policy) -> str:
    """The policy's part of a system prompt: red lines, then one imperative a principle, the most severe first."""
    rules = [f"- {line.says}" for line in policy.red_lines] + [f"- {p.short}" for p in by_severity(policy)]
    return "\n".join(["Rules, the most important first:", *rules])


def as_rubric(policy: Policy, *, principle: str | None = None) -> str:
    """What a judge reads: each principle with its line, shown from both sides; or one, and what has to do with it.

    A principle that the policy does not state leaves the policy's purpose alone.
    """
    parts = [f"Policy {policy.name} {policy.version}. {policy.purpose.strip()}", ""]
    for stated in by_severity(policy):
        if principle in (None, stated.id):
            parts += _rubric(stated)
    parts += [f"Never: {line.says}" for line in policy.red_lines if principle == line.principle]
    order = [p for p in policy.precedence if principle in (None, p.over, p.under)]
    parts += ["", *(f"When they collide, {p.over} wins over {p.under}." for p in order)]
    return "\n".join(parts).rstrip() + "\n"


def by_severity(policy: Policy) -> list[Principle]:
    """Principles, the most severe first, in file order within a severity."""
    return sorted(policy.principles, key=lambda p: _SEVERITIES.index(p.severity))


def _rubric(p: Principle) -> Iterator[str]:
    yield f"[{p.id}] ({p.severity}, {p.dimension}) {p.says}"
    yield from (f"  keeps it: to {d.prompt!r}, reply {d.reply!r}" for d in p.do)
    yield from (f"  breaks it: to {d.prompt!r}, reply {d.reply!r}; instead {d.instead!r}" for d in p.dont)
    if p.safe_completion:
        yield f"  safe completion: {p.safe_completion.strip()}"


def _principle(p: Principle) -> Iterator[str]:
    yield from (f"### {p.id} ({p.severity})", "", p.says.strip(), "")
    yield from (f"- Do. *{d.prompt}* → {d.reply}" for d in p.do)
    yield from (f"- Don't. *{d.prompt}* → ~~{d.reply}~~ Instead: {d.instead}" for d in p.dont)
    if p.refuse_well:
        yield f"- A good refusal: {p.refuse_well.strip()}"
    if p.safe_completion:
        yield f"- A safe completion: {p.safe_completion.strip()}"
    yield ""


def _tool(rule: ToolRule) -> str:
    when = f" when {' and '.join(_predicate(p) for p in rule.when)}" if rule.when else ""
    verb = {"allow": "allow", "deny": "deny", "ask": "ask a person about"}[rule.rule]
    return f"{verb} `{rule.tool}`{when}: {rule.because} (`{rule.principle}`)"


def _flow(flow: Flow) -> str:
    verb = {"deny": "deny", "ask": "ask a person about"}[flow.then]
    unless = f" unless {', or '.join(_unless(one) for one in flow.unless)}" if flow.unless else ""
    return f"after {_names(flow.after)} {verb} {_names(flow.tools)}{unless}: {flow.because} (`{flow.principle}`)"


def _unless(one: Unless) -> str:
    parts = [_predicate(p) for p in one.where]
    parts += [f"the user said {_names(one.from_user)}"] if one.from_user else []
    parts += [f"{_names(one.from_trusted)} came from a trusted result"] if one.from_trusted else []
    parts += [f"{_names(one.from_named)} came from what the user named"] if one.from_named else []
    return " and ".join(parts)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _predicate(predicate: Predicate) -> str:
    ((operator, value),) = predicate.model_dump(exclude_none=True, exclude={"argument"}).items()
    return f"`{predicate.argument}` {operator.replace('_', ' ')} `{value}`"


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "", *(f"- {line}" for line in lines), ""] if lines else []
