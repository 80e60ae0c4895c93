// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.

extension ParameterTable {
    /// What may be sent to the operations on accounts.
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
        """
}
