//! The tables, as both databases have them.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    users (id) {
        id -> Integer,
        email -> Text,
        hashed_password -> Text,
        full_name -> Text,
        full_name_search -> Text,
        role -> Text,
        is_admin -> Bool,
        is_active -> Bool,
        account_status -> Text,
        credential_version -> Integer,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
        deleted_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    revoked_tokens (token_id) {
        token_id -> Text,
        expires_at -> crate::types::sql::Moment,
    }
}

table! {
    service_categories (id) {
        id -> Integer,
        name -> Text,
        name_search -> Text,
        slug -> Text,
        subtitle -> Nullable<Text>,
        description -> Nullable<Text>,
        display_order -> Integer,
        icon_name -> Nullable<Text>,
        is_active -> Bool,
        origin -> Text,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    service_catalog (id) {
        id -> Integer,
        category_id -> Integer,
        name -> Text,
        name_search -> Text,
        slug -> Text,
        description -> Nullable<Text>,
        search_terms -> crate::types::sql::JsonText,
        search_text -> Text,
        display_order -> Integer,
        related_services -> crate::types::sql::JsonText,
        online_capable -> Bool,
        requires_certification -> Bool,
        typical_price_min_cents -> Nullable<BigInt>,
        typical_price_max_cents -> Nullable<BigInt>,
        is_active -> Bool,
        origin -> Text,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
        curated_order -> Integer,
    }
}

table! {
    /// Only what is calculated or read.
    service_analytics (service_catalog_id) {
        service_catalog_id -> Integer,
        search_count_7d -> Integer,
        search_count_30d -> Integer,
        booking_count_7d -> Integer,
        booking_count_30d -> Integer,
        view_to_booking_rate -> Nullable<Double>,
        avg_price_booked_cents -> Nullable<BigInt>,
        price_percentile_25_cents -> Nullable<BigInt>,
        price_percentile_50_cents -> Nullable<BigInt>,
        price_percentile_75_cents -> Nullable<BigInt>,
        most_booked_duration -> Nullable<Integer>,
        duration_distribution -> Nullable<crate::types::sql::JsonText>,
        peak_hours -> Nullable<crate::types::sql::JsonText>,
        peak_days -> Nullable<crate::types::sql::JsonText>,
        completion_rate -> Nullable<Double>,
        active_instructors -> Integer,
        total_weekly_hours -> Nullable<Double>,
        supply_demand_ratio -> Nullable<Double>,
        last_calculated -> crate::types::sql::Moment,
    }
}

table! {
    analytics_runs (id) {
        id -> Integer,
        started_at -> crate::types::sql::Moment,
        finished_at -> Nullable<crate::types::sql::Moment>,
        days -> Integer,
        services -> Nullable<Integer>,
        status -> Text,
        error -> Nullable<Text>,
    }
}

table! {
    content_versions (name) {
        name -> Text,
        digest -> Nullable<Text>,
        stored_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    service_groups (id) {
        id -> Integer,
        name -> Text,
        services -> crate::types::sql::JsonText,
        is_active -> Bool,
        origin -> Text,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    search_aliases (id) {
        id -> Integer,
        kind -> Text,
        phrase -> Text,
        service_catalog_id -> Nullable<Integer>,
        category_id -> Nullable<Integer>,
        group_id -> Nullable<Integer>,
        is_active -> Bool,
        origin -> Text,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    places (id) {
        id -> Integer,
        name -> Text,
        kind -> Text,
        borough -> Text,
        aliases -> crate::types::sql::JsonText,
        neighbours -> crate::types::sql::JsonText,
        is_active -> Bool,
        origin -> Text,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    search_history (id) {
        id -> Integer,
        user_id -> Integer,
        query -> Text,
        services -> crate::types::sql::JsonText,
        results -> Integer,
        searches -> Integer,
        source -> Text,
        last_at -> crate::types::sql::Moment,
    }
}

table! {
    search_counts (date, service_catalog_id) {
        date -> Date,
        service_catalog_id -> Integer,
        searches -> Integer,
    }
}

table! {
    search_queries (date, query) {
        date -> Date,
        query -> Text,
        searches -> Integer,
        without_results -> Integer,
        not_understood -> Integer,
    }
}

table! {
    instructor_profiles (id) {
        id -> Integer,
        user_id -> Integer,
        bio -> Nullable<Text>,
        bio_search -> Nullable<Text>,
        years_experience -> Integer,
        areas_of_service -> Text,
        min_advance_booking_hours -> Integer,
        buffer_time_minutes -> Integer,
        timezone -> Text,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    instructor_services (id) {
        id -> Integer,
        instructor_profile_id -> Nullable<Integer>,
        service_catalog_id -> Integer,
        hourly_rate_cents -> BigInt,
        experience_level -> Nullable<Text>,
        description -> Nullable<Text>,
        description_search -> Nullable<Text>,
        requirements -> Nullable<Text>,
        duration_options -> crate::types::sql::JsonText,
        equipment_required -> crate::types::sql::JsonText,
        levels_taught -> crate::types::sql::JsonText,
        age_groups -> crate::types::sql::JsonText,
        location_types -> crate::types::sql::JsonText,
        max_distance_miles -> Nullable<Integer>,
        is_active -> Bool,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    availability_slots (id) {
        id -> Integer,
        instructor_id -> Integer,
        specific_date -> Date,
        start_minute -> Integer,
        end_minute -> Integer,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    blackout_dates (id) {
        id -> Integer,
        instructor_id -> Integer,
        date -> Date,
        reason -> Nullable<Text>,
        created_at -> crate::types::sql::Moment,
    }
}

table! {
    bookings (id) {
        id -> Integer,
        student_id -> Integer,
        instructor_id -> Integer,
        instructor_service_id -> Integer,
        booking_date -> Date,
        start_minute -> Integer,
        end_minute -> Integer,
        starts_at -> crate::types::sql::Moment,
        ends_at -> crate::types::sql::Moment,
        timezone -> Text,
        duration_minutes -> Integer,
        service_name -> Text,
        hourly_rate_cents -> BigInt,
        total_price_cents -> BigInt,
        service_area -> Nullable<Text>,
        meeting_location -> Nullable<Text>,
        location_type -> Text,
        student_note -> Nullable<Text>,
        instructor_note -> Nullable<Text>,
        status -> Text,
        created_at -> crate::types::sql::Moment,
        updated_at -> Nullable<crate::types::sql::Moment>,
        confirmed_at -> Nullable<crate::types::sql::Moment>,
        completed_at -> Nullable<crate::types::sql::Moment>,
        cancelled_at -> Nullable<crate::types::sql::Moment>,
        cancelled_by_id -> Nullable<Integer>,
        cancellation_reason -> Nullable<Text>,
        revision -> Integer,
        moved_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    time_claims (id) {
        id -> BigInt,
        user_id -> Integer,
        kind -> Text,
        starts_at -> crate::types::sql::Moment,
        ends_at -> crate::types::sql::Moment,
        booking_id -> Nullable<Integer>,
    }
}

table! {
    outbox (id) {
        id -> BigInt,
        aggregate_type -> Text,
        aggregate_id -> Integer,
        event_type -> Text,
        payload -> crate::types::sql::JsonText,
        created_at -> crate::types::sql::Moment,
    }
}

table! {
    idempotency_answers (scope, key) {
        scope -> Text,
        key -> Text,
        fingerprint -> Text,
        status -> Nullable<Integer>,
        body -> Nullable<Text>,
        stored_at -> crate::types::sql::Moment,
    }
}

table! {
    password_resets (id) {
        id -> Integer,
        user_id -> Integer,
        nonce -> Text,
        token_hash -> Text,
        created_at -> crate::types::sql::Moment,
        expires_at -> crate::types::sql::Moment,
        used_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    audit_log (id) {
        id -> BigInt,
        recorded_at -> crate::types::sql::Moment,
        action -> Text,
        actor_id -> Nullable<Integer>,
        subject_kind -> Nullable<Text>,
        subject_id -> Nullable<BigInt>,
        detail -> crate::types::sql::JsonText,
        request -> Nullable<Text>,
        address -> Nullable<Text>,
    }
}

table! {
    alert_history (id) {
        id -> Integer,
        kind -> Text,
        severity -> Text,
        message -> Text,
        details -> crate::types::sql::JsonText,
        raised_at -> crate::types::sql::Moment,
        acknowledged_at -> Nullable<crate::types::sql::Moment>,
        email_sent -> Bool,
        github_issue_created -> Bool,
        github_issue_url -> Nullable<Text>,
    }
}

table! {
    sent_mails (message_id) {
        message_id -> Text,
        event_id -> BigInt,
        sent_at -> crate::types::sql::Moment,
    }
}

table! {
    outbox_deliveries (id) {
        id -> BigInt,
        event_id -> BigInt,
        consumer -> Text,
        aggregate_type -> Text,
        aggregate_id -> Integer,
        state -> Text,
        attempts -> Integer,
        available_at -> crate::types::sql::Moment,
        lease -> Nullable<Text>,
        last_error -> Nullable<Text>,
        created_at -> crate::types::sql::Moment,
        settled_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        expires_at -> crate::types::sql::Moment,
    }
}

table! {
    jobs (name) {
        name -> Text,
        settled_until -> Nullable<crate::types::sql::Moment>,
        failures -> Integer,
        not_before -> Nullable<crate::types::sql::Moment>,
        requested_at -> Nullable<crate::types::sql::Moment>,
    }
}

table! {
    job_runs (id) {
        id -> BigInt,
        job -> Text,
        cause -> Text,
        started_at -> crate::types::sql::Moment,
        finished_at -> Nullable<crate::types::sql::Moment>,
        outcome -> Nullable<Text>,
        report -> Nullable<Text>,
    }
}

table! {
    booking_reminders (booking_id, starts_at, hours_before) {
        booking_id -> Integer,
        starts_at -> crate::types::sql::Moment,
        hours_before -> Integer,
        created_at -> crate::types::sql::Moment,
    }
}

table! {
    instructor_handles (handle) {
        handle -> Text,
        profile_id -> Integer,
        created_at -> crate::types::sql::Moment,
    }
}

joinable!(instructor_handles -> instructor_profiles (profile_id));
joinable!(outbox_deliveries -> outbox (event_id));
joinable!(service_catalog -> service_categories (category_id));
joinable!(service_analytics -> service_catalog (service_catalog_id));
joinable!(instructor_profiles -> users (user_id));
joinable!(instructor_services -> instructor_profiles (instructor_profile_id));
joinable!(instructor_services -> service_catalog (service_catalog_id));
joinable!(bookings -> instructor_services (instructor_service_id));

allow_tables_to_appear_in_same_query!(outbox, outbox_deliveries);
allow_tables_to_appear_in_same_query!(bookings, booking_reminders);
allow_tables_to_appear_in_same_query!(
    users,
    revoked_tokens,
    service_categories,
    service_catalog,
    service_analytics,
    instructor_profiles,
    instructor_handles,
    instructor_services,
    bookings,
);
