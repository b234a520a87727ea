use proptest::prelude::*;

use super::*;

fn id(n: u8) -> CategoryId {
    CategoryId::from_bytes([n; 16])
}

fn category(n: u8, parent: Option<u8>) -> Category {
    Category {
        id: id(n),
        parent_id: parent.map(id),
        slug: Slug::parse(&format!("c{n}")).unwrap(),
        name: format!("Category {n:03}"),
        description: None,
        image_url: None,
        meta_title: None,
        meta_description: None,
        sort_order: 0,
        status: CategoryStatus::Active,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

/// 1 ─ 2 ─ 4, 1 ─ 3, and 5 alone.
fn tree() -> CategoryTree {
    CategoryTree::new(vec![
        category(5, None),
        category(4, Some(2)),
        category(3, Some(1)),
        category(2, Some(1)),
        category(1, None),
    ])
}

fn ids<'a>(categories: impl Iterator<Item = &'a Category>) -> Vec<CategoryId> {
    categories.map(|category| category.id).collect()
}

#[test]
fn children_come_by_order_then_name() {
    assert_eq!(ids(tree().children(None)), [id(1), id(5)]);
    assert_eq!(ids(tree().children(Some(id(1)))), [id(2), id(3)]);
    let first = Category { sort_order: -1, ..category(9, Some(1)) };
    let tree = CategoryTree::new(vec![category(1, None), category(2, Some(1)), first]);
    assert_eq!(ids(tree.children(Some(id(1)))), [id(9), id(2)]);
}

#[test]
fn a_subtree_holds_the_category_and_all_below() {
    let mut found = tree().subtree(id(1));
    found.sort();
    assert_eq!(found, [id(1), id(2), id(3), id(4)]);
    assert_eq!(tree().subtree(id(5)), [id(5)]);
    assert_eq!(tree().subtree(id(77)), []);
}

#[test]
fn ancestors_go_from_the_parent_to_the_top() {
    assert_eq!(tree().ancestors(id(4)), [id(2), id(1)]);
    assert_eq!(tree().ancestors(id(1)), []);
    assert_eq!(tree().with_ancestors(&[id(4), id(3)]), [id(4), id(2), id(1), id(3)]);
}

#[test]
fn a_category_cannot_lie_below_itself() {
    assert!(tree().would_cycle(id(1), id(1)));
    assert!(tree().would_cycle(id(1), id(4)));
    assert!(!tree().would_cycle(id(4), id(5)));
    assert_eq!(tree().check_parent(id(1), Some(id(4))), Err(ParentError::Cycle));
    assert_eq!(tree().check_parent(id(1), Some(id(77))), Err(ParentError::Unknown));
    assert_eq!(tree().check_parent(id(1), Some(id(5))), Ok(()));
    assert_eq!(tree().check_parent(id(4), None), Ok(()));
}

#[test]
fn the_tree_has_at_most_eight_levels() {
    let chain: Vec<Category> = (1..=8).map(|n| category(n, (n > 1).then(|| n - 1))).collect();
    let tree = CategoryTree::new([chain, vec![category(20, None), category(21, Some(20))]].concat());
    assert_eq!(tree.check_parent(id(50), Some(id(7))), Ok(()), "a new one on level eight");
    assert_eq!(tree.check_parent(id(50), Some(id(8))), Err(ParentError::TooDeep));
    assert_eq!(tree.check_parent(id(20), Some(id(6))), Ok(()), "two levels below six");
    assert_eq!(tree.check_parent(id(20), Some(id(7))), Err(ParentError::TooDeep));
}

#[test]
fn an_orphan_stands_at_the_top() {
    let tree = CategoryTree::new(vec![category(2, Some(1))]);
    assert_eq!(ids(tree.children(None)), [id(2)]);
    assert_eq!(tree.ancestors(id(2)), []);
}

#[test]
fn broken_data_makes_no_walk_endless() {
    let tree = CategoryTree::new(vec![category(1, Some(2)), category(2, Some(1)), category(3, Some(3))]);
    assert_eq!(tree.subtree(id(1)).len(), 2);
    assert_eq!(tree.ancestors(id(1)), [id(2)]);
    assert_eq!(tree.ancestors(id(3)), []);
}

#[test]
fn a_category_names_its_faults() {
    assert_eq!(category(1, None).validate(), []);
    let spoiled = Category {
        name: String::new(),
        image_url: Some("data:x".to_owned()),
        meta_title: Some("x".repeat(321)),
        ..category(1, None)
    };
    let fields: Vec<String> = spoiled.validate().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["name", "metaTitle", "imageUrl"]);
}

proptest! {
    #[test]
    fn a_category_is_below_exactly_its_ancestors(parents in proptest::collection::vec(any::<u8>(), 1..20)) {
        // Each category hangs below an earlier one or at the top, so that there is no cycle.
        let forest: Vec<Category> = (1_u8..)
            .zip(&parents)
            .map(|(n, pick)| category(n, pick.checked_rem(n).filter(|parent| *parent != 0)))
            .collect();
        let tree = CategoryTree::new(forest.clone());
        for below in &forest {
            for above in &forest {
                let by_descent = above.id != below.id && tree.subtree(above.id).contains(&below.id);
                prop_assert_eq!(tree.ancestors(below.id).contains(&above.id), by_descent);
            }
        }
    }
}
