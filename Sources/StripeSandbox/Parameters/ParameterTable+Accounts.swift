// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.

extension ParameterTable {
    /// What may be sent to the operations on accounts, and the types that they share.
    static let accounts = """
        GET /v1/account
          expand:[]
        GET /v1/accounts
          created:@created|int ending_before expand:[] limit:int starting_after
        POST /v1/accounts
          account_token business_profile:@business_profile business_type:@business_type capabilities:@capabilities
          company:@company controller:{fees:{payer:(account application)} losses:{payments:(application stripe)}
          requirement_collection:(application stripe) stripe_dashboard:{type:(express full none)}} country
          default_currency documents:{bank_account_ownership_verification:{files:[]} company_license:{files:[]}
          company_memorandum_of_association:{files:[]} company_ministerial_decree:{files:[]}
          company_registration_verification:{files:[]} company_tax_id_verification:{files:[]}
          proof_of_address:{files:[]} proof_of_business_presence:{files:[]}
          proof_of_ultimate_beneficial_ownership:{files:[] signer:{person}}} email expand:[]
          external_account:str|@external_account|@external_account_2|@external_account_3 groups:{payments_pricing}
          individual:@individual metadata:map? settings:{bacs_debit_payments:{display_name} branding:@branding
          card_issuing:@card_issuing card_payments:@card_payments invoices:{hosted_payment_method_save:(always never
          offer)} payments:@payments payouts:@payouts paypay_payments:@paypay_payments
          sepa_debit_payments:{creditor_id} treasury:@card_issuing} tos_acceptance:@tos_acceptance type:(custom
          express standard)
        GET /v1/accounts/{account}
          expand:[]
        POST /v1/accounts/{account}
          account_token business_profile:@business_profile business_type:@business_type capabilities:@capabilities
          company:@company default_currency documents:{bank_account_ownership_verification:{files:[]}
          company_license:{files:[]} company_memorandum_of_association:{files:[]}
          company_ministerial_decree:{files:[]} company_registration_verification:{files:[]}
          company_tax_id_verification:{files:[]} proof_of_address:{files:[]} proof_of_business_presence:{files:[]}
          proof_of_registration:{files:[] signer:{person}} proof_of_ultimate_beneficial_ownership:{files:[]
          signer:{person}}} email expand:[]
          external_account:str|@external_account|@external_account_2|@external_account_3 groups:{payments_pricing}
          individual:@individual metadata:map? settings:{bacs_debit_payments:{display_name} branding:@branding
          card_issuing:@card_issuing card_payments:@card_payments invoices:{default_account_tax_ids:[]?
          hosted_payment_method_save:(always never offer)} payments:@payments payouts:@payouts
          paypay_payments:@paypay_payments sepa_debit_payments:{creditor_id} treasury:@card_issuing}
          tos_acceptance:@tos_acceptance
        POST /v1/account_links
          account! collect:(currently_due eventually_due) collection_options:{fields:(currently_due eventually_due)
          future_requirements:(include omit)} expand:[] refresh_url return_url type!:(account_onboarding
          account_update)
        @address
          {city country line1 line2 postal_code state}
        @address_kana
          {city country line1 line2 postal_code state town}
        @branding
          {icon logo primary_color secondary_color}
        @business_profile
          {annual_revenue:{amount!:int currency! fiscal_year_end!} estimated_worker_count:int mcc
          minority_owned_business_designation:[(lgbtqi_owned_business minority_owned_business none_of_these_apply
          prefer_not_to_answer women_owned_business)] monthly_estimated_revenue:{amount!:int currency!} name
          product_description specified_commercial_transactions_act_url support_address:@address support_email
          support_phone support_url url}
        @business_type
          (company government_entity individual non_profit)
        @capabilities
          {acss_debit_payments:{requested:bool} affirm_payments:{requested:bool}
          afterpay_clearpay_payments:{requested:bool} alma_payments:{requested:bool}
          amazon_pay_payments:{requested:bool} app_distribution:{requested:bool}
          au_becs_debit_payments:{requested:bool} bacs_debit_payments:{requested:bool}
          bancontact_payments:{requested:bool} bank_transfer_payments:{requested:bool}
          billie_payments:{requested:bool} bizum_payments:{requested:bool} blik_payments:{requested:bool}
          blik_recurring_payments:{requested:bool} boleto_payments:{requested:bool} card_issuing:{requested:bool}
          card_payments:{requested:bool} cartes_bancaires_payments:{requested:bool} cashapp_payments:{requested:bool}
          crypto_payments:{requested:bool} eps_payments:{requested:bool} fpx_payments:{requested:bool}
          gb_bank_transfer_payments:{requested:bool} giropay_payments:{requested:bool}
          grabpay_payments:{requested:bool} ideal_payments:{requested:bool}
          india_international_payments:{requested:bool} jcb_payments:{requested:bool}
          jp_bank_transfer_payments:{requested:bool} kakao_pay_payments:{requested:bool}
          klarna_payments:{requested:bool} konbini_payments:{requested:bool} kr_card_payments:{requested:bool}
          legacy_payments:{requested:bool} link_payments:{requested:bool} mb_way_payments:{requested:bool}
          mobilepay_payments:{requested:bool} multibanco_payments:{requested:bool}
          mx_bank_transfer_payments:{requested:bool} naver_pay_payments:{requested:bool}
          nz_bank_account_becs_debit_payments:{requested:bool} oxxo_payments:{requested:bool}
          p24_payments:{requested:bool} pay_by_bank_payments:{requested:bool} payco_payments:{requested:bool}
          paynow_payments:{requested:bool} paypay_payments:{requested:bool} payto_payments:{requested:bool}
          pix_payments:{requested:bool} promptpay_payments:{requested:bool} revolut_pay_payments:{requested:bool}
          samsung_pay_payments:{requested:bool} satispay_payments:{requested:bool} scalapay_payments:{requested:bool}
          sepa_bank_transfer_payments:{requested:bool} sepa_debit_payments:{requested:bool}
          sequra_payments:{requested:bool} sofort_payments:{requested:bool} sunbit_payments:{requested:bool}
          swish_payments:{requested:bool} tax_reporting_us_1099_k:{requested:bool}
          tax_reporting_us_1099_misc:{requested:bool} transfers:{requested:bool} treasury:{requested:bool}
          twint_payments:{requested:bool} upi_payments:{requested:bool} us_bank_account_ach_payments:{requested:bool}
          us_bank_transfer_payments:{requested:bool} wero_payments:{requested:bool} zip_payments:{requested:bool}}
        @card_issuing
          {tos_acceptance:{date:int ip user_agent}}
        @card_payments
          {decline_on:{avs_failure:bool cvc_failure:bool} statement_descriptor_prefix statement_descriptor_prefix_kana
          statement_descriptor_prefix_kanji}
        @company
          {address:@address address_kana:@address_kana address_kanji:@address_kana administrative_address:@address
          directors_provided:bool directorship_declaration:{date:int ip user_agent} executives_provided:bool
          export_license_id export_purpose_code name name_kana name_kanji owners_provided:bool
          ownership_declaration:{date:int ip user_agent}
          ownership_exemption_reason:(qualified_entity_exceeds_ownership_threshold
          qualifies_as_financial_institution)? phone physical_address:@address principal_place_of_business:@address
          registration_date:@registration_date? registration_number representative_declaration:{date:int ip
          user_agent} structure:(free_zone_establishment free_zone_llc government_instrumentality governmental_unit
          incorporated_non_profit incorporated_partnership limited_liability_partnership llc multi_member_llc
          private_company private_corporation private_partnership public_company public_corporation public_partnership
          registered_charity single_member_llc sole_establishment sole_proprietorship
          tax_exempt_government_instrumentality unincorporated_association unincorporated_non_profit
          unincorporated_partnership)? tax_id tax_id_registrar vat_id verification:{document:{back front}}}
        @created
          {gt:int gte:int lt:int lte:int}
        @external_account
          {account_holder_name account_holder_type:(company individual) account_number! country! currency
          object!:(bank_account) routing_number}
        @external_account_2
          {address_city address_country address_line1 address_line2 address_state address_zip currency cvc
          default_for_currency:bool exp_month!:int exp_year!:int metadata:map name number! object!:(card)}
        @external_account_3
          {currency object!:(card) token!}
        @individual
          {address:@address address_kana:@address_kana address_kanji:@address_kana dob:@registration_date? email
          first_name first_name_kana first_name_kanji full_name_aliases:[]? gender id_number id_number_secondary
          last_name last_name_kana last_name_kanji maiden_name metadata:map? phone political_exposure:(existing none)
          registered_address:@address relationship:{director:bool executive:bool owner:bool percent_ownership:num?
          title} ssn_last_4 verification:{additional_document:{back front} document:{back front}}}
        @payments
          {statement_descriptor statement_descriptor_kana statement_descriptor_kanji}
        @payouts
          {debit_negative_balances:bool schedule:{delay_days:(minimum)|int interval:(daily manual monthly weekly)
          monthly_anchor:int monthly_payout_days:[int] weekly_anchor:(friday monday saturday sunday thursday tuesday
          wednesday) weekly_payout_days:[(friday monday thursday tuesday wednesday)]} statement_descriptor}
        @paypay_payments
          {additional_files:[] goods_type:(digital_content other) site:{accessible:{} in_development:{password!
          username} restricted:{payment_flow_file} type:(accessible in_development restricted)}}
        @registration_date
          {day!:int month!:int year!:int}
        @tos_acceptance
          {date:int ip service_agreement user_agent}
        """
}
