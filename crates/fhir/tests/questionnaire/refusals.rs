//! What cannot work is refused, with item and reason; what is left aside is named.

use crate::import;
use postern_fhir::questionnaire::{Reason, audit, audit::What, extension::url};
use postern_json::{Value, json};

fn form(items: Value) -> Value {
    json!({"resourceType": "Questionnaire", "status": "active", "item": items})
}

/// The reasons, each as "place: reason".
fn reasons(form: &Value) -> Vec<String> {
    import(form).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn refused(item: Value, expected: &str) {
    let told = reasons(&form(json!([{"linkId": "g", "type": "group", "item": [item]}])));
    assert_eq!(told, [expected]);
}

#[test]
fn expressions_are_refused_with_the_item_that_needs_them() {
    let sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
    for name in ["calculatedExpression", "initialExpression", "enableWhenExpression", "candidateExpression"] {
        let address = format!("{sdc}{name}");
        let expression = json!({"language": "text/fhirpath", "expression": "%a"});
        refused(
            json!({"linkId": "x", "type": "string", "extension": [{"url": address, "valueExpression": expression}]}),
            &format!("item g > x, extension: needs an expression to be calculated: {address}"),
        );
    }
    let constraint =
        json!({"url": url::CONSTRAINT, "extension": [{"url": "expression", "valueString": "a = b"}]});
    refused(
        json!({"linkId": "x", "type": "string", "extension": [constraint]}),
        &format!("item g > x, extension: needs an expression to be calculated: {}", url::CONSTRAINT),
    );
    let twice = json!({"url": url::CONSTRAINT, "extension": [{"url": "severity", "valueCode": "error"},
        {"url": "human", "valueString": "Not the same"}, {"url": "expression",
            "valueString": "%context.answer.value = %resource.descendants().where(linkId='z').answer.value"}]});
    refused(
        json!({"linkId": "x", "type": "string", "extension": [twice]}),
        "item g > x, questionnaire-constraint: there is no question z",
    );
    let mut variable = form(json!([]));
    variable["extension"] =
        json!([{"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": {}}]);
    assert_eq!(
        reasons(&variable),
        [
            "form, extension: needs an expression to be calculated: http://hl7.org/fhir/StructureDefinition/variable"
        ]
    );
    let hidden_deep = json!({"linkId": "x", "type": "date", "extension": [{"url": url::MIN_VALUE,
        "_valueDate": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/cqf-calculatedValue", "valueString": "today()"}]}}]});
    assert!(reasons(&form(json!([hidden_deep])))[0].contains("cqf-calculatedValue"));
}

#[test]
fn lists_outside_the_form_are_refused() {
    refused(
        json!({"linkId": "x", "type": "choice", "answerValueSet": "http://hl7.org/fhir/ValueSet/yesnodontknow"}),
        "item g > x, answerValueSet: the value set http://hl7.org/fhir/ValueSet/yesnodontknow is not contained in the form",
    );
    let mut filtered = form(json!([{"linkId": "x", "type": "choice", "answerValueSet": "#v"}]));
    filtered["contained"] = json!([{"resourceType": "ValueSet", "id": "v", "compose": {"include": [
        {"system": "http://snomed.info/sct", "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}]}}]);
    assert_eq!(
        reasons(&filtered),
        ["item x, answerValueSet: the contained value set v does not list its codes"]
    );
    filtered["contained"][0]["compose"] = json!({"include": [{"valueSet": ["#v"]}]});
    assert_eq!(
        reasons(&filtered),
        ["item x, answerValueSet: the contained value set v does not list its codes"]
    );
}

#[test]
fn other_versions_of_fhir_are_refused() {
    refused(
        json!({"linkId": "x", "type": "choice", "option": [{"valueString": "a"}]}),
        "item g > x, option: this is FHIR STU3; R4 is needed",
    );
    refused(json!({"linkId": "x", "type": "coding"}), "item g > x, type: this is FHIR R5; R4 is needed");
    refused(
        json!({"linkId": "x", "type": "string", "enableWhen": [{"question": "g", "hasAnswer": true}]}),
        "item g > x, enableWhen.hasAnswer: this is FHIR STU3; R4 is needed",
    );
    let mut r5 = form(json!([]));
    r5["versionAlgorithmString"] = "semver".into();
    assert_eq!(reasons(&r5), ["form, versionAlgorithmString: this is FHIR R5; R4 is needed"]);
    assert_eq!(
        reasons(&json!({"resourceType": "Patient"})),
        ["form, resourceType: this is no Questionnaire"]
    );
}

#[test]
fn what_changes_the_meaning_is_refused_wherever_it_stands() {
    let modifier = json!([{"url": "urn:negates", "valueBoolean": true}]);
    let told = "changes the meaning of the form in a way that is not known here";
    refused(
        json!({"linkId": "x", "type": "string", "modifierExtension": modifier}),
        &format!("item g > x, modifierExtension: {told}"),
    );
    refused(
        json!({"linkId": "x", "type": "choice", "answerOption": [{"valueString": "a", "modifierExtension": modifier}]}),
        &format!("item g > x, modifierExtension: {told}"),
    );
    let mut rules = form(json!([]));
    rules["implicitRules"] = "urn:rules".into();
    assert_eq!(reasons(&rules), [format!("form, implicitRules: {told}")]);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let question = |extra: Value| {
        let mut item = json!({"linkId": "x", "type": "integer"});
        item.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        item
    };
    let integer = |address: &str, value: i32| json!({"url": address, "valueInteger": value});
    for (item, told) in [
        (question(json!({"linkId": "g"})), "item g > g, linkId: another item has the same linkId"),
        (question(json!({"linkId": ""})), "item g > , linkId: is missing"),
        (question(json!({"type": "number"})), "item g > x, type: holds a code that FHIR R4 does not know"),
        (
            question(json!({"extension": [integer(url::MIN_VALUE, 5), integer(url::MAX_VALUE, 1)]})),
            "item g > x, limits: the lower limit is above the upper",
        ),
        (
            question(json!({"extension": [{"url": url::MIN_VALUE, "valueDate": "2024"}]})),
            "item g > x, minValue, maxValue: has another type or form than FHIR R4 gives it",
        ),
        (
            question(json!({"required": true, "readOnly": true})),
            "item g > x, required: an answer is required and none can be given",
        ),
        (
            question(json!({"type": "choice", "required": true})),
            "item g > x, required: an answer is required and none can be given",
        ),
        (
            question(json!({"initial": [{"valueString": "5"}]})),
            "item g > x, initial: an initial value is no answer to this question",
        ),
        (
            question(json!({"initial": [{"valueInteger": 5}, {"valueInteger": 6}]})),
            "item g > x, initial: more initial values than the question takes answers",
        ),
        (
            question(json!({"type": "string", "extension": [{"url": url::REGEX, "valueString": "(a"}]})),
            "item g > x, regex: the regular expression is not understood",
        ),
        (
            question(json!({"extension": [{"url": url::SIGNATURE, "valueCodeableConcept": {}}]})),
            "item g > x, extension: a signature is not supported",
        ),
        (
            question(json!({"type": "display", "item": [{"linkId": "y", "type": "string"}]})),
            "item g > x, item: a display item cannot hold questions",
        ),
        (
            question(json!({"enableWhen": [{"question": "z", "operator": "exists", "answerBoolean": true}]})),
            "item g > x, enableWhen.question: there is no question z",
        ),
        (
            question(json!({"enableWhen": [{"question": "g", "operator": "exists", "answerBoolean": true}]})),
            "item g > x, enableWhen.answer: the question is of a type that cannot be compared so",
        ),
        (
            question(json!({"enableWhen": [{"question": "x", "operator": "exists", "answerBoolean": true}]})),
            "form, enableWhen: whether these are enabled depends on themselves: x",
        ),
    ] {
        refused(item, told);
    }
}

#[test]
fn a_group_that_waits_for_what_is_in_it_waits_for_ever() {
    let items = json!([{"linkId": "g", "type": "group",
        "enableWhen": [{"question": "x", "operator": "exists", "answerBoolean": false}],
        "item": [{"linkId": "x", "type": "string"}]}]);
    let refusals = import(&form(items)).unwrap_err();
    assert_eq!(refusals[0].reason, Reason::Circle(vec!["g".into()]));
}

#[test]
fn all_reasons_are_told_at_once() {
    let told =
        reasons(&form(json!([{"linkId": "x", "type": "coding"}, {"type": "string"}, {"linkId": "y"}])));
    assert_eq!(told.len(), 3, "{told:?}");
}

#[test]
fn a_form_deeper_than_any_reader_goes_is_refused() {
    let mut item = json!({"linkId": "last", "type": "string"});
    for number in 0..60 {
        item = json!({"linkId": format!("g{number}"), "type": "group", "item": [item]});
    }
    assert!(reasons(&form(json!([item])))[0].ends_with("too deep or too large"));
}

#[test]
fn what_is_left_aside_is_named_and_nothing_else() {
    let whats = |form: &Value| audit(form).into_iter().map(|note| note.what).collect::<Vec<_>>();
    let plain = form(json!([{"linkId": "x", "type": "string", "text": "a < b"}]));
    assert_eq!(whats(&plain), []);
    let odd = json!({"resourceType": "Questionnaire", "colour": "red",
        "contained": [{"resourceType": "Binary", "id": "b"}, {"resourceType": "ValueSet", "id": "unused"}],
        "item": [{"linkId": "x", "type": "choice", "maxLength": 3, "text": "<b>Now</b>", "_linkId": {"extension": [{"url": "urn:c"}]},
            "extension": [{"url": "gps-coordinate", "valueString": "latitude"},
                {"url": url::ITEM_CONTROL, "valueCodeableConcept": {"coding": [{"code": "hologram"}]}}],
            "enableWhen": [{"question": "y", "operator": "exists", "answerBoolean": true, "weight": 1},
                {"question": "y", "operator": "=", "answerString": "a"}]},
            {"linkId": "y", "type": "display"},
            {"linkId": "y", "type": "string", "initial": [{"valueString": "a", "extension": [{"url": "urn:d"}]}]}]});
    let told = whats(&odd);
    for expected in [
        What::Status(String::new()),
        What::Element("colour".into()),
        What::Unused("Binary#b".into()),
        What::Unused("ValueSet#unused".into()),
        What::NotForThisType("maxLength".into()),
        What::Markup,
        What::Extension("urn:c".into()),
        What::Extension("gps-coordinate".into()),
        What::Control("hologram".into()),
        What::Element("weight".into()),
        What::AnyAssumed,
        What::SameLinkId,
        What::NothingToChoose,
        What::Extension("urn:d".into()),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    assert_eq!(told.len(), 14, "{told:?}");
    let place = audit(&odd).into_iter().find(|note| note.what == What::Markup).unwrap().place;
    assert_eq!(place.to_string(), "item x, text");
}
