// A queue in the proof of what holds it: what its flag stands for, which induction has to know. With it is said that there never were too many
// entries. PROVE_PART is `assert` or `assume`, as the proof has it (formal/proofs.py).
reg f_begun = 1'b0;
always @(posedge aclk) f_begun <= 1'b1;
always @* if (f_begun) `PROVE_PART (some_reg == (in_reg != out_reg) && last_reg == (in_reg == out_reg + 1'b1));
always @* if (f_begun && OUT_REG == 1) `PROVE_PART (out_valid == (level != 0));
