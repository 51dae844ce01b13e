(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (param i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (func (;0;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32)
    (block  ;; label = @1
      (local.set 5
        (i32.load offset=12 align=1
          (i32.load offset=16 align=1
            (local.get 0))))
      (if  ;; label = @2
        (i32.eqz
          (local.get 5))
        (then
          (call 1
            (local.get 0)
            (local.get 1)
            (local.get 2)
            (local.get 1))
          (br 1 (;@1;))))
      (local.set 3
        (local.get 1))
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 3)
            (local.get 2)))
        (local.set 4
          (select
            (local.tee 4
              (i32.add
                (local.get 3)
                (i32.const 8192)))
            (local.get 2)
            (i32.lt_u
              (local.get 4)
              (local.get 2))))
        (if  ;; label = @3
          (local.get 5)
          (then
            (call 2
              (local.get 0)
              (local.get 3)
              (local.get 4))))
        (call 1
          (local.get 0)
          (local.get 3)
          (local.get 4)
          (local.get 1))
        (local.set 3
          (local.get 4))
        (br 0 (;@2;)))))
  (func (;1;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i64 v128 v128 v128 i32 i32 v128 i32 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 i64)
    (local.set 4
      (i32.load align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 6
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (if  ;; label = @1
      (i32.load offset=8 align=1
        (local.get 8))
      (then
        (local.set 9
          (i64.load offset=16 align=1
            (local.get 8))))
      (else
        (local.set 9
          (i64.const 0))))
    (local.set 10
      (i32x4.splat
        (local.get 4)))
    (local.set 11
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (local.set 12
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (local.set 5
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (local.set 14
          (i32.const 0))
        (block  ;; label = @3
          (br_if 0 (;@3;)
            (i32.lt_u
              (i32.sub
                (local.get 2)
                (local.get 5))
              (i32.const 16)))
          (local.set 13
            (local.get 2))
          (local.set 13
            (i32.add
              (i32.and
                (i32.sub
                  (local.get 13)
                  (local.get 5))
                (i32.const -16))
              (local.get 5)))
          (br_if 0 (;@3;)
            (i32.ge_u
              (local.get 5)
              (local.get 13)))
          (loop  ;; label = @4
            (local.set 16
              (i32.add
                (local.get 6)
                (i32.mul
                  (local.get 5)
                  (i32.const 32))))
            (local.set 15
              (v128.load offset=8 align=1
                (local.get 16)))
            (local.set 17
              (v128.load offset=40 align=1
                (local.get 16)))
            (local.set 18
              (v128.load offset=72 align=1
                (local.get 16)))
            (local.set 19
              (v128.load offset=104 align=1
                (local.get 16)))
            (local.set 20
              (v128.load offset=136 align=1
                (local.get 16)))
            (local.set 21
              (v128.load offset=168 align=1
                (local.get 16)))
            (local.set 22
              (v128.load offset=200 align=1
                (local.get 16)))
            (local.set 23
              (v128.load offset=232 align=1
                (local.get 16)))
            (local.set 24
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (local.get 15)
                (local.get 17)))
            (local.set 25
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (local.get 18)
                (local.get 19)))
            (local.set 26
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (local.get 20)
                (local.get 21)))
            (local.set 27
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (local.get 22)
                (local.get 23)))
            (local.set 28
              (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                (local.get 15)
                (local.get 17)))
            (local.set 29
              (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                (local.get 18)
                (local.get 19)))
            (local.set 30
              (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                (local.get 20)
                (local.get 21)))
            (local.set 31
              (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                (local.get 22)
                (local.get 23)))
            (local.set 23
              (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
                (local.get 24)
                (local.get 25)))
            (local.set 22
              (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
                (local.get 26)
                (local.get 27)))
            (local.set 27
              (i32x4.gt_s
                (local.get 23)
                (local.get 10)))
            (local.set 26
              (i32x4.gt_s
                (local.get 22)
                (local.get 10)))
            (local.set 25
              (i64x2.extend_low_i32x4_s
                (local.get 27)))
            (local.set 24
              (i64x2.extend_high_i32x4_s
                (local.get 27)))
            (local.set 21
              (i64x2.extend_low_i32x4_s
                (local.get 26)))
            (local.set 20
              (i64x2.extend_high_i32x4_s
                (local.get 26)))
            (local.set 19
              (v128.and
                (local.get 28)
                (local.get 25)))
            (local.set 18
              (v128.and
                (local.get 29)
                (local.get 24)))
            (local.set 17
              (v128.and
                (local.get 30)
                (local.get 21)))
            (local.set 15
              (v128.and
                (local.get 31)
                (local.get 20)))
            (local.set 11
              (i64x2.add
                (local.get 11)
                (local.get 19)))
            (local.set 12
              (i64x2.add
                (local.get 12)
                (local.get 18)))
            (local.set 11
              (i64x2.add
                (local.get 11)
                (local.get 17)))
            (local.set 12
              (i64x2.add
                (local.get 12)
                (local.get 15)))
            (local.set 16
              (i32.add
                (local.get 6)
                (i32.mul
                  (local.get 5)
                  (i32.const 32))))
            (local.set 31
              (v128.load offset=264 align=1
                (local.get 16)))
            (local.set 30
              (v128.load offset=296 align=1
                (local.get 16)))
            (local.set 29
              (v128.load offset=328 align=1
                (local.get 16)))
            (local.set 28
              (v128.load offset=360 align=1
                (local.get 16)))
            (local.set 22
              (v128.load offset=392 align=1
                (local.get 16)))
            (local.set 23
              (v128.load offset=424 align=1
                (local.get 16)))
            (local.set 26
              (v128.load offset=456 align=1
                (local.get 16)))
            (local.set 27
              (v128.load offset=488 align=1
                (local.get 16)))
            (local.set 15
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (local.get 31)
                (local.get 30)))
            (local.set 17
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (local.get 29)
                (local.get 28)))
            (local.set 18
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (local.get 22)
                (local.get 23)))
            (local.set 19
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (local.get 26)
                (local.get 27)))
            (local.set 20
              (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                (local.get 31)
                (local.get 30)))
            (local.set 21
              (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                (local.get 29)
                (local.get 28)))
            (local.set 24
              (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                (local.get 22)
                (local.get 23)))
            (local.set 25
              (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
                (local.get 26)
                (local.get 27)))
            (local.set 27
              (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
                (local.get 15)
                (local.get 17)))
            (local.set 26
              (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
                (local.get 18)
                (local.get 19)))
            (local.set 19
              (i32x4.gt_s
                (local.get 27)
                (local.get 10)))
            (local.set 18
              (i32x4.gt_s
                (local.get 26)
                (local.get 10)))
            (local.set 17
              (i64x2.extend_low_i32x4_s
                (local.get 19)))
            (local.set 15
              (i64x2.extend_high_i32x4_s
                (local.get 19)))
            (local.set 23
              (i64x2.extend_low_i32x4_s
                (local.get 18)))
            (local.set 22
              (i64x2.extend_high_i32x4_s
                (local.get 18)))
            (local.set 28
              (v128.and
                (local.get 20)
                (local.get 17)))
            (local.set 29
              (v128.and
                (local.get 21)
                (local.get 15)))
            (local.set 30
              (v128.and
                (local.get 24)
                (local.get 23)))
            (local.set 31
              (v128.and
                (local.get 25)
                (local.get 22)))
            (local.set 11
              (i64x2.add
                (local.get 11)
                (local.get 28)))
            (local.set 12
              (i64x2.add
                (local.get 12)
                (local.get 29)))
            (local.set 11
              (i64x2.add
                (local.get 11)
                (local.get 30)))
            (local.set 12
              (i64x2.add
                (local.get 12)
                (local.get 31)))
            (br_if 0 (;@4;)
              (i32.lt_u
                (local.tee 5
                  (i32.add
                    (local.get 5)
                    (i32.const 16)))
                (local.get 13))))
          (local.set 14
            (i32.const 1)))
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 5)
            (local.get 2)))
        (br_if 0 (;@2;)
          (local.get 14))
        (local.set 7
          (i32.add
            (local.get 6)
            (i32.mul
              (local.get 5)
              (i32.const 32))))
        (if  ;; label = @3
          (i32.gt_s
            (i32.load offset=8 align=1
              (local.get 7))
            (local.get 4))
          (then
            (local.set 32
              (i64.add
                (local.get 9)
                (i64.load offset=16 align=1
                  (local.get 7))))
            (local.set 9
              (local.get 32))))
        (local.set 5
          (i32.add
            (local.get 5)
            (i32.const 1)))
        (br 0 (;@2;))))
    (local.set 11
      (i64x2.add
        (local.get 11)
        (local.get 12)))
    (local.set 32
      (i64x2.extract_lane 0
        (local.get 11)))
    (local.set 9
      (i64.add
        (local.get 9)
        (local.get 32)))
    (local.set 32
      (i64x2.extract_lane 1
        (local.get 11)))
    (local.set 9
      (i64.add
        (local.get 9)
        (local.get 32)))
    (i64.store offset=16 align=1
      (local.get 8)
      (local.get 9))
    (i32.store offset=8 align=1
      (local.get 8)
      (i32.const 1)))
  (func (;2;) (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i64)
    (local.set 3
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 5
      (local.get 1))
    (local.set 6
      (i32.add
        (local.get 3)
        (i32.mul
          (local.get 5)
          (i32.const 32))))
    (local.set 5
      (i32.sub
        (local.get 2)
        (i32.const 1)))
    (local.set 7
      (i32.add
        (i32.add
          (local.get 3)
          (i32.mul
            (local.get 5)
            (i32.const 32)))
        (i32.const 32)))
    (local.set 8
      (i32.and
        (i32.shr_u
          (i32.sub
            (local.get 7)
            (local.get 6))
          (i32.const 1))
        (i32.const -64)))
    (local.set 7
      (i32.add
        (local.get 6)
        (local.get 8)))
    (local.set 9
      (i64.or
        (local.get 9)
        (i64.load align=1
          (local.get 7))))
    (local.set 9
      (i64.or
        (local.get 9)
        (i64.load offset=64 align=1
          (local.get 7))))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 6)
            (local.get 7)))
        (local.set 5
          (i32.add
            (local.get 6)
            (local.get 8)))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load align=1
              (local.get 6))))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load align=1
              (local.get 5))))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load offset=64 align=1
              (local.get 6))))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load offset=64 align=1
              (local.get 5))))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load offset=128 align=1
              (local.get 6))))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load offset=128 align=1
              (local.get 5))))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load offset=192 align=1
              (local.get 6))))
        (local.set 9
          (i64.or
            (local.get 9)
            (i64.load offset=192 align=1
              (local.get 5))))
        (local.set 6
          (i32.add
            (local.get 6)
            (i32.const 256)))
        (br 0 (;@2;))))
    (i64.store offset=32 align=1
      (local.get 0)
      (local.get 9)))
  (func (;3;) (export "f0") (type 2) (param i32)
    (local i32 i64 i32 i32 i32 i32 i32)
    (local.set 1
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (if  ;; label = @1
      (i32.eqz
        (i32.load offset=8 align=1
          (local.get 1)))
      (then
        (local.set 2
          (i64.const 0))
        (i64.store offset=16 align=1
          (local.get 1)
          (local.get 2))))
    (local.set 5
      (i32.load offset=4 align=1
        (local.tee 3
          (i32.load offset=28 align=1
            (local.get 0)))))
    (local.set 4
      (i32.const 0))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 4)
            (local.get 5)))
        (if  ;; label = @3
          (i32.load offset=8 align=1
            (local.tee 6
              (i32.add
                (i32.load align=1
                  (i32.add
                    (i32.load offset=8 align=1
                      (local.get 3))
                    (i32.shl
                      (local.get 4)
                      (i32.const 2))))
                (i32.const 64))))
          (then
            (if  ;; label = @4
              (i32.ne
                (local.get 6)
                (local.get 1))
              (then
                (local.set 2
                  (i64.add
                    (i64.load offset=16 align=1
                      (local.get 1))
                    (i64.load offset=16 align=1
                      (local.get 6))))
                (i64.store offset=16 align=1
                  (local.get 1)
                  (local.get 2))))))
        (local.set 4
          (i32.add
            (local.get 4)
            (i32.const 1)))
        (br 0 (;@2;))))
    (i32.store offset=4 align=1
      (local.get 1)
      (local.get 1))
    (i32.store align=1
      (local.tee 7
        (i32.add
          (i32.load offset=28 align=1
            (local.get 0))
          (i32.const 64)))
      (i32.const 1))
    (i32.store offset=4 align=1
      (local.get 7)
      (i32.const 1))
    (i32.store offset=8 align=1
      (local.get 7)
      (i32.add
        (local.get 7)
        (i32.const 16)))
    (i32.store offset=16 align=1
      (local.get 7)
      (i32.const 1))
    (i32.store offset=20 align=1
      (local.get 7)
      (i32.const 0))
    (i32.store offset=24 align=1
      (local.get 7)
      (i32.add
        (local.get 1)
        (i32.const 4)))))
