//! Runs scenario pages against a server.
use crate::http::{Request, Response};
use crate::matching::{self, Variables};
use crate::scenario::{Action, Page};
use crate::server::Server;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::path::Path;

/// What running a page brought.
#[derive(Debug, Default)]
pub struct Report {
    /// Scenarios that ran.
    pub scenarios: usize,
    /// Steps that ran.
    pub steps: usize,
    /// What went wrong, each with its place and all that is needed to see why.
    pub failures: Vec<String>,
}

/// Runs all steps of a page, the failed ones too, on one server.
pub fn page(page: &Page, fixtures: &Path, server: &Server) -> Report {
    let mut variables = Variables::new();
    variables.insert("base".to_owned(), server.origin());
    variables.insert("port".to_owned(), server.port.to_string());
    let mut runner = Runner { fixtures, server, variables };
    let mut report = Report { scenarios: page.scenarios.len(), ..Report::default() };
    for scenario in &page.scenarios {
        for step in &scenario.steps {
            report.steps += 1;
            if let Err(error) = runner.step(&step.action) {
                let failure = format!("line {}, `{}`: {error:#}", step.line, scenario.name);
                report.failures.push(failure);
            }
        }
    }
    report
}

struct Runner<'a> {
    fixtures: &'a Path,
    server: &'a Server,
    variables: Variables,
}

impl Runner<'_> {
    fn step(&mut self, action: &Action) -> Result<()> {
        match action {
            Action::Given { name, target, body } => self.given(name, target, body),
            Action::Exchange { request, response, exact } => {
                self.exchange(request, response, *exact)
            }
            Action::Search { target, query, finds } => self.search(target, query, finds),
            Action::Refused { target, body, answer } => self.refused(target, body, answer),
        }
    }

    fn given(&mut self, name: &str, target: &str, body: &str) -> Result<()> {
        let body = self.body(&matching::fill(body, &self.variables))?;
        let response = self.server.send(&Request::post(target, body))?;
        let id = response.created_id().map(str::to_owned);
        let Some(id) = id.filter(|_| response.status == 201) else {
            bail!("not stored: {} {}", response.status, response.text());
        };
        self.variables.insert(name.to_owned(), id);
        Ok(())
    }

    fn refused(&self, target: &str, body: &str, expected: &str) -> Result<()> {
        let body = self.body(&expand(&matching::fill(body, &self.variables))?)?;
        let response = self.server.send(&Request::post(target, body))?;
        let (status, element) = expected.split_once(' ').unwrap_or((expected, ""));
        let got = answer(&response);
        ensure!(status_matches(status, response.status), "expected {status}, got {got}");
        let outcome = response.json()?;
        let is_outcome = outcome["resourceType"] == "OperationOutcome";
        ensure!(is_outcome || outcome["error"]["issues"].is_array(), "no OperationOutcome: {got}");
        let named = names(&outcome).any(|name| name == element);
        ensure!(named || element.is_empty(), "`{element}` is not named: {got}");
        Ok(())
    }

    fn exchange(&mut self, request: &str, expected: &str, exact: bool) -> Result<()> {
        let request = self.request(request)?;
        let shown = format!("{} {}", request.method, request.target);
        let response = self.server.send(&request).with_context(|| shown.clone())?;
        let differences = self.differences(expected, &response, exact)?;
        if !differences.is_empty() {
            let answer = shortened(&response.text());
            let differences = differences.join("\n    ");
            bail!("{shown}\n    {differences}\n    answer: {} {answer}", response.status);
        }
        Ok(())
    }

    fn request(&self, text: &str) -> Result<Request> {
        let text = expand(&matching::fill(text, &self.variables))?;
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let line = lines.next().context("no request line")?;
        let (method, target) = line.split_once(' ').context("no target")?;
        let mut request = Request::new(method, target);
        for line in lines {
            let (name, value) = line.split_once(':').context("a header without a colon")?;
            request = request.header(name, value.trim());
        }
        request.body = self.body(body)?.into_bytes();
        Ok(request)
    }

    /// `{"@": "name", …}` anywhere in a JSON body becomes the fixture, changed as RFC 7396 says.
    fn body(&self, text: &str) -> Result<String> {
        if !text.contains("\"@\"") {
            return Ok(text.to_owned());
        }
        let value = serde_json::from_str(text).context("a body with a fixture must be JSON")?;
        Ok(self.with_fixtures(value)?.to_string())
    }

    fn with_fixtures(&self, value: Value) -> Result<Value> {
        match value {
            Value::Object(mut members) => {
                let fixture = members.remove("@");
                let mut changes = serde_json::Map::new();
                for (name, member) in members {
                    changes.insert(name, self.with_fixtures(member)?);
                }
                let Some(fixture) = fixture else { return Ok(Value::Object(changes)) };
                let name = fixture.as_str().context("a fixture's name is a string")?;
                let path = self.fixtures.join(format!("{name}.json"));
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("no fixture {}", path.display()))?;
                let mut event = serde_json::from_str(&text).context(path.display().to_string())?;
                merge(&mut event, &Value::Object(changes));
                Ok(event)
            }
            Value::Array(elements) => {
                let elements = elements.into_iter().map(|element| self.with_fixtures(element));
                Ok(Value::Array(elements.collect::<Result<_>>()?))
            }
            other => Ok(other),
        }
    }

    fn differences(
        &mut self,
        expected: &str,
        response: &Response,
        exact: bool,
    ) -> Result<Vec<String>> {
        let (head, body) = expected.split_once("\n\n").unwrap_or((expected, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?;
        let mut differences = Vec::new();
        if !status_matches(status, response.status) {
            differences.push(format!("status: expected {status}, got {}", response.status));
        }
        for line in lines {
            let (name, pattern) = line.split_once(':').context("a header without a colon")?;
            differences.extend(self.header_difference(name, pattern.trim(), response));
        }
        differences.extend(self.body_differences(body, response, exact)?);
        Ok(differences)
    }

    fn header_difference(
        &mut self,
        name: &str,
        pattern: &str,
        response: &Response,
    ) -> Option<String> {
        let pattern_filled = matching::fill(pattern, &self.variables);
        match response.header(name) {
            None if pattern == "{{absent}}" => None,
            None => Some(format!("{name}: expected {pattern_filled}, got none")),
            Some(got) if pattern == "{{absent}}" => Some(format!("{name}: is there: {got}")),
            Some(got) if matching::text(pattern, got, &mut self.variables) => None,
            Some(got) => Some(format!("{name}: expected {pattern_filled}, got {got}")),
        }
    }

    fn body_differences(
        &mut self,
        expected: &str,
        response: &Response,
        exact: bool,
    ) -> Result<Vec<String>> {
        let got = response.text();
        if expected.is_empty() {
            return Ok(Vec::new());
        }
        if expected == "(empty)" {
            return Ok(differ("an empty body", &got, got.is_empty()));
        }
        if exact {
            return Ok(differ(expected, &got, got == expected));
        }
        if expected.starts_with(['{', '[']) {
            let expected: Value = serde_json::from_str(expected).context("the expected body")?;
            let Ok(got) = response.json() else { return Ok(differ("JSON", &got, false)) };
            return Ok(matching::json(&expected, &got, &mut self.variables));
        }
        let matches = matching::text(expected, got.trim_end(), &mut self.variables);
        Ok(differ(expected, &got, matches))
    }

    /// By GET and by POST `_search`, strictly, so that no parameter is left out unseen; the plain
    /// API is always strict and has GET alone.
    fn search(&self, target: &str, query: &str, finds: &str) -> Result<()> {
        let query = encoded(&matching::fill(query, &self.variables));
        let get = Request::new("GET", &format!("{target}?{query}"));
        if target.starts_with("/api/") {
            let found = self.found(&self.server.send(&get)?, finds, query.contains("limit="));
            return found.with_context(|| format!("GET {target}?{query}"));
        }
        let mut post = Request::new("POST", &format!("{target}/_search"))
            .header("Content-Type", "application/x-www-form-urlencoded");
        post.body.clone_from(&query.clone().into_bytes());
        for request in [get, post] {
            let method = request.method.clone();
            let response = self.server.send(&request.header("Prefer", "handling=strict"))?;
            self.found(&response, finds, query.contains("_count="))
                .with_context(|| format!("{method} {target}?{query}"))?;
        }
        Ok(())
    }

    fn found(&self, response: &Response, finds: &str, counted: bool) -> Result<()> {
        let (status, named) = finds.split_once(' ').unwrap_or((finds, ""));
        if let Ok(status) = status.parse::<u16>() {
            ensure!(response.status == status, "expected {status}, got {}", answer(response));
            let said = response.json()?;
            let said = [&said["issue"], &said["error"]].map(Value::to_string).concat();
            ensure!(said.contains(named.trim_matches('`')), "`{named}` not named: {said}");
            return Ok(());
        }
        ensure!(response.status == 200, "expected 200, got {}", answer(response));
        let page = response.json()?;
        let plain = page["data"].as_array().into_iter().flatten();
        let ids = matches(&page).chain(plain.filter_map(|event| event["id"].as_str()));
        let found: Vec<String> = ids.map(|id| self.name_of(id)).collect();
        let expected = if finds == "nothing" { "" } else { finds };
        ensure!(found.join(", ") == expected, "expected {finds}, found {}", found.join(", "));
        let total = page.get("total").unwrap_or(&page["paging"]["total"]);
        ensure!(counted || *total == found.len(), "total is {total}, found {}", found.len());
        Ok(())
    }

    fn name_of(&self, id: &str) -> String {
        let mut variables = self.variables.iter();
        let name = variables.find(|(_, value)| *value == id).map(|(name, _)| name.as_str());
        name.unwrap_or(id).to_owned()
    }
}

/// The ids of a search's matches, in order.
pub fn matches(bundle: &Value) -> impl Iterator<Item = &str> {
    let entries = bundle["entry"].as_array().into_iter().flatten();
    let matches = entries.filter(|entry| entry["search"]["mode"] == "match");
    matches.filter_map(|entry| entry["resource"]["id"].as_str())
}

/// The elements that the errors of an `OperationOutcome` or of a plain error name.
fn names(outcome: &Value) -> impl Iterator<Item = &str> {
    let issues = outcome["issue"].as_array().into_iter().flatten();
    let errors = issues.filter(|issue| issue["severity"] == "error");
    let expressions = errors.filter_map(|issue| issue["expression"].as_array());
    let plain = outcome["error"]["issues"].as_array().into_iter().flatten();
    let paths = plain.map(|issue| &issue["path"]);
    expressions.flatten().chain(paths).filter_map(Value::as_str)
}

/// `4xx` stands for any refusal.
fn status_matches(pattern: &str, status: u16) -> bool {
    let status = status.to_string();
    let mut digits = pattern.chars().zip(status.chars());
    pattern.len() == status.len() && digits.all(|(wanted, got)| wanted == 'x' || wanted == got)
}

fn differ(expected: &str, got: &str, same: bool) -> Vec<String> {
    let told = || format!("body: expected {expected:?}, got {:?}", shortened(got));
    (!same).then(told).into_iter().collect()
}

fn answer(response: &Response) -> String {
    format!("{} {}", response.status, shortened(&response.text()))
}

fn shortened(text: &str) -> String {
    text.chars().take(1500).collect()
}

/// RFC 7396: members replace, `null` removes.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Some(members) = target.as_object_mut() else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

/// `{{"text" * 3}}` becomes `texttexttext`; `\"` in it is a quotation mark.
fn expand(text: &str) -> Result<String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{\"") {
        let (piece, after) = after.split_once("\" * ").context("`{{\"text\" * 3}}` expected")?;
        let (times, after) = after.split_once("}}").context("`}}` expected")?;
        expanded += before;
        let piece = piece.replace("\\\"", "\"");
        expanded += &piece.repeat(times.parse().context("a number expected")?);
        rest = after;
    }
    Ok(expanded + rest)
}

/// What a browser's address line encodes by itself.
fn encoded(query: &str) -> String {
    query.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_graphic() && !b"\"<>`".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.extend(format!("%{byte:02X}").chars());
        }
        text
    })
}
